import { describe, expect, it } from 'vitest';
import { firstPage, mayGoOn, neighbour } from '@/lib/endless';

const reached = { index: 99, loaded: 100, most: 500, hasNextPage: true, isFetching: false, failed: false };

describe('loading on', () => {
  it('goes on at the last loaded row', () => {
    expect(mayGoOn(reached)).toBe(true);
    expect(mayGoOn({ ...reached, index: 98 })).toBe(false);
  });
  it.each([{ failed: true }, { isFetching: true }, { hasNextPage: false }, { most: 100 }])(
    'does not with %j',
    (change) => {
      expect(mayGoOn({ ...reached, ...change })).toBe(false);
    },
  );
  it('begins anew with what the first page was', () => {
    expect(firstPage({ pages: ['a', 'b'], pageParams: ['', 'x'] })).toEqual({
      pages: ['a'],
      pageParams: [''],
    });
  });
});

describe('neighbour', () => {
  it('walks among the loaded rows and stops at the ends', () => {
    expect(neighbour(['a', 'b'], 'a', 1)).toBe('b');
    expect(neighbour(['a', 'b'], 'b', 1)).toBeUndefined();
    expect(neighbour(['a', 'b'], 'x', 1)).toBeUndefined();
  });
  it('goes on where a row was that has left the list', () => {
    expect(neighbour(['a', 'c'], 'b', 1, 1)).toBe('c');
    expect(neighbour(['a', 'c'], 'b', -1, 1)).toBe('a');
    expect(neighbour(['b', 'c'], 'a', -1, 0)).toBeUndefined();
  });
});
