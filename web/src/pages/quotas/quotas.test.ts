import { describe, expect, it } from 'vitest';
import { searchOf, viewOf } from './quotas_search';
import { amount } from './amount';

describe('the state of the page', () => {
  it('goes into the URL and comes back', () => {
    const view = { show: 'near', service: 'vpc' } as const;
    expect(viewOf(searchOf(view))).toEqual(view);
  });
  it('is what is counted where the URL says nothing or nonsense', () => {
    expect(viewOf({}).show).toBe('counted');
    expect(viewOf({ show: 'everything' }).show).toBe('counted');
    expect(searchOf({ show: 'counted', service: undefined })).toEqual({});
  });
});

describe('amounts', () => {
  it('are whole where they are, and else have two digits', () => {
    expect(amount(5)).toBe('5');
    expect(amount(1536)).toBe('1,536');
    expect(amount(0.0625)).toBe('0.06');
  });
});
