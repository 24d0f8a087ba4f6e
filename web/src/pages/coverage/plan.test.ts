import { expect, test } from 'vitest';
import { every, lag, perSecond } from './plan';

test('intervals are worded in the unit that they are whole in', () => {
  expect(every(300)).toBe('5 min');
  expect(every(86_400)).toBe('1 d');
  expect(every(21_600)).toBe('6 h');
  expect(every(90)).toBe('90 s');
});

test('a lag is worded coarsely', () => {
  expect(lag(0)).toBe('0 s');
  expect(lag(119)).toBe('119 s');
  expect(lag(7300)).toBe('2 h');
});

test('a rate below one a second is worded by the minute', () => {
  expect(perSecond(10)).toBe('10 a second');
  expect(perSecond(0.05)).toBe('3 a minute');
});
