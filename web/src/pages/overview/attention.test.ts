import { describe, expect, it } from 'vitest';
import type { Account, Coverage, CoverageCount, FindingPage, Summary } from '@/api/types';
import { concerns } from './attention';

const counts = (part: Partial<CoverageCount>): CoverageCount => ({
  total: 10,
  ok: 10,
  denied: 0,
  throttled: 0,
  failed: 0,
  skipped: 0,
  pending: 0,
  oldest_swept_at: null,
  newest_swept_at: null,
  ...part,
});
const coverage = (part: Partial<Coverage>): Coverage => ({
  as_of: null,
  counts: counts({}),
  accounts: [],
  missing_permissions: [],
  unknown_fields: [],
  not_asked: [],
  ...part,
});
const summary = { unknown: [] as Summary['unknown'] } as Summary;

const finding = (rule: string, severity: string) => ({
  rule,
  severity,
  title: `Is ${rule} fine?`,
  reason: 'no',
  resource: { name: 'vol-1' },
});

describe('what needs attention', () => {
  it('is nothing when everything was answered', () => {
    expect(concerns(summary, coverage({}), [])).toEqual([]);
  });

  it('puts an account that cannot be read first, then denials, failures and unknown details', () => {
    const found = concerns(
      { ...summary, unknown: [{ what: 'untagged', reason: 'denied', code: 'denied' }] },
      coverage({
        counts: counts({ ok: 5, failed: 2, throttled: 1, pending: 1, denied: 1 }),
        missing_permissions: [{ permission: 'rds:X', accounts: ['1'], types: ['rds/instance'], message: '' }],
        unknown_fields: [
          {
            type: 's3/bucket',
            what: 'encryption',
            code: 'denied',
            reason: 'no',
            resources: 1,
            example_id: 'r',
          },
        ],
      }),
      [{ account_id: '1', name: 'prod', state: 'failing', problem: null } as unknown as Account],
    );
    expect(found.map((each) => each.kind)).toEqual([
      'failed',
      'denied',
      'failed',
      'throttled',
      'unknown',
      'unknown',
      'pending',
    ]);
    expect(found[0]?.title).toBe('Account prod cannot be read');
    expect(found.find((each) => each.title.startsWith('encryption'))?.search).toEqual({
      filter: 'type:s3/bucket is:unknown',
    });
  });

  it('says of each rule how much it found, behind what may hide more', () => {
    const page = {
      items: [finding('a', 'medium'), finding('b', 'low'), finding('a', 'low')],
      facets: [{ key: 'rule', title: 'Rule', more: 0, values: [{ value: 'a', title: 'a', count: 7 }] }],
    } as unknown as FindingPage;
    const failed = coverage({ counts: counts({ failed: 1 }) });
    const found = concerns(summary, failed, [], page);
    expect(found.map((concern) => concern.kind)).toEqual(['failed', 'medium', 'low']);
    expect(found[1]?.text).toBe('7 findings; vol-1: no');
    expect(found[2]?.search).toEqual({ rule: 'b' });
  });

  it('says that there is more than it names', () => {
    const values = ['a', 'b', 'c'].map((value) => ({ value, title: value, count: 1 }));
    const page = {
      items: [finding('a', 'medium')],
      facets: [{ key: 'rule', title: 'Rule', more: 4, values }],
    } as unknown as FindingPage;
    const missing = Array.from({ length: 7 }, (_, at) => ({
      permission: `ec2:${at}`,
      accounts: ['1'],
      types: ['ec2/vpc'],
      message: '',
    }));
    const titles = concerns(summary, coverage({ missing_permissions: missing }), [], page).map(
      (concern) => concern.title,
    );
    expect(titles).toContain('3 more permissions missing');
    expect(titles).toContain('6 more rules found something');
  });
});
