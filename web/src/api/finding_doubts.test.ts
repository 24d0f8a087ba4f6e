import { expect, test } from 'vitest';
import { clear, doubts } from '@/api/finding_doubts';

const nothing = { count: 0, gaps: 0, failed_rules: 0, not_run: 0, reasons: [] };

test('an empty list is all clear only where every rule looked and could tell', () => {
  expect(clear({ as_of: '2026-01-01T00:00:00Z', unknown: nothing })).toBe(true);
  expect(clear({ as_of: null, unknown: nothing })).toBe(false);
  for (const part of ['count', 'gaps', 'failed_rules', 'not_run']) {
    expect(clear({ as_of: '2026-01-01T00:00:00Z', unknown: { ...nothing, [part]: 1 } })).toBe(false);
  }
});

test('what the rules cannot tell is said in words', () => {
  expect(doubts(nothing)).toBe('');
  expect(doubts({ ...nothing, count: 2, not_run: 1 })).toBe(
    '2 outcomes cannot be told; 1 rule has not looked at anything here',
  );
});
