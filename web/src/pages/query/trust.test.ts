import { describe, expect, it } from 'vitest';
import { doubtsOf, kDoubtsShown, type Trust } from './trust';

const gap = (part: Partial<Trust['gaps'][number]>): Trust['gaps'][number] => ({
  account_id: '111111111111',
  region: 'eu-west-1',
  type: 's3/bucket',
  outcome: 'denied',
  code: 'AccessDenied',
  swept_at: null,
  ...part,
});

const sure: Trust = {
  unknown_types: [],
  gap_count: 0,
  gaps: [],
  unknown_columns: [],
  behind_changes: 0,
  behind_since: null,
};

describe('what an answer does not know', () => {
  it('is nothing when everything was read', () => {
    expect(doubtsOf(sure)).toEqual({
      rowsMayMiss: false,
      shown: [],
      more: 0,
      columns: [],
      behind: null,
    });
  });

  it('names a type that nobody tried, and the places of one that was refused once', () => {
    const found = doubtsOf({
      ...sure,
      unknown_types: ['s3/bucket', 'ec2/volume'],
      gap_count: 1,
      gaps: [gap({})],
    });
    expect(found.rowsMayMiss).toBe(true);
    expect(found.more).toBe(0);
    expect(found.shown.map(({ what, where, why }) => [what, where, why])).toEqual([
      ['ec2/volume', '', 'Never asked'],
      ['s3/bucket', '111111111111, eu-west-1', 'Denied (AccessDenied)'],
    ]);
  });

  it('tells old rows from missing ones', () => {
    const swept_at = '2026-11-20T12:00:00Z';
    const old = doubtsOf({ ...sure, gap_count: 1, gaps: [gap({ swept_at })] });
    expect(old.rowsMayMiss).toBe(false);
    expect(old.shown[0]?.since).toBe(swept_at);
    const past = gap({ outcome: null, code: null, swept_at });
    expect(doubtsOf({ ...sure, gap_count: 1, gaps: [past] }).shown[0]?.why).toBe(
      'No complete answer at that time',
    );
  });

  it('counts what it does not show', () => {
    const gaps = Array.from({ length: 100 }, (_, at) => gap({ region: `region-${at}` }));
    const found = doubtsOf({ ...sure, gap_count: 250, gaps });
    expect(found.shown).toHaveLength(kDoubtsShown);
    expect(found.more).toBe(250 - kDoubtsShown);
  });

  it('names the columns that are not known', () => {
    const unknown_columns = [{ table: 'aws_s3_bucket', column: 'policy', rows: 3 }];
    const found = doubtsOf({ ...sure, unknown_columns });
    expect(found.columns).toEqual(['policy of 3 rows of aws_s3_bucket']);
    expect(found.rowsMayMiss).toBe(true);
  });

  it('says how far behind the rows are, but not of the moment that a change takes', () => {
    const late = { ...sure, behind_changes: 7, behind_since: '2026-11-20T12:00:00Z' };
    const at = Date.parse('2026-11-20T12:00:00Z');
    expect(doubtsOf(late, at + 1_000).behind).toBeNull();
    expect(doubtsOf(late, at + 120_000).behind).toEqual({ changes: 7, since: '2026-11-20T12:00:00Z' });
  });
});
