import { expect, test } from 'vitest';
import { shortPrincipal } from './principal';
import { shareText, totalOf } from './share_bar';

test('the share is of what could be told of', () => {
  expect(shareText({ tagged: 3, untagged: 1, unknown: 96 })).toBe('75%');
  expect(shareText({ tagged: 0, untagged: 0, unknown: 5 })).toBe('unknown');
  expect(shareText({ tagged: 999, untagged: 1, unknown: 0 })).toBe('99.9%');
  expect(totalOf({ tagged: 3, untagged: 1, unknown: 96 })).toBe(100);
});

test('a principal goes by its last name', () => {
  expect(shortPrincipal('arn:aws:iam::111111111111:user/ops/alice')).toBe('alice');
  expect(shortPrincipal('arn:aws:sts::111111111111:assumed-role/deploy/ci-7')).toBe('deploy/ci-7');
  expect(shortPrincipal('autoscaling.amazonaws.com')).toBe('autoscaling.amazonaws.com');
});
