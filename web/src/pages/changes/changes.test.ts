import { describe, expect, it } from 'vitest';
import type { Change } from '@/api/types';
import { shortPrincipal } from '@/components/who';
import { byDay, searchOf, toggled, viewOf, wantedOf } from './changes_search';

const now = Date.parse('2026-11-23T12:00:00Z');

describe('the view in the URL', () => {
  it('is the last seven days of all but what was first seen, where nothing is said', () => {
    const view = viewOf({});
    expect(view.kinds).toEqual(['created', 'changed', 'gone', 'returned']);
    expect(Object.values(searchOf(view)).every((value) => value === undefined)).toBe(true);
    expect(wantedOf(view, {}, now)).toEqual({
      kind: 'created,changed,gone,returned',
      from: '2026-11-16T12:00:00.000Z',
    });
  });

  it('comes back from the URL as it was', () => {
    const search = {
      filter: 'tag:env=prod',
      kind: 'changed,gone',
      range: 'custom',
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-02T00:00:00.000Z',
    };
    expect(searchOf(viewOf(search))).toEqual(search);
    expect(wantedOf(viewOf(search), { accounts: '1' }, now)).toEqual({
      accounts: '1',
      kind: 'changed,gone',
      filter: 'tag:env=prod',
      from: '2026-11-01T00:00:00.000Z',
      to: '2026-11-02T00:00:00.000Z',
    });
  });

  it('passes over what nobody could have meant', () => {
    const view = viewOf({ kind: 'nonsense', range: 'toString', from: 'yesterday' });
    expect(view).toEqual(viewOf({}));
  });

  it('knows all kinds, and never none', () => {
    const all = viewOf({ kind: 'any' });
    expect(all.kinds).toContain('found');
    expect(searchOf(all).kind).toBe('any');
    const one = viewOf({ kind: 'gone' });
    expect(toggled(one, 'gone').kinds).toEqual(['gone']);
    expect(searchOf(toggled(one, 'changed')).kind).toBe('changed,gone');
  });
});

const change = (seq: number, at: string) => ({ seq, at }) as Change;

describe('the feed', () => {
  it('is grouped by the days of the zone', () => {
    const groups = byDay(
      [
        change(3, '2026-11-23T00:10:00Z'),
        change(2, '2026-11-22T23:50:00Z'),
        change(1, '2026-11-22T01:00:00Z'),
      ],
      'utc',
    );
    expect(groups.map((group) => [group.day, group.changes.map((one) => one.seq)])).toEqual([
      ['2026-11-23', [3]],
      ['2026-11-22', [2, 1]],
    ]);
  });
});

describe('who made a change', () => {
  it.each([
    ['arn:aws:iam::111111111111:user/ops/alice', 'alice'],
    ['arn:aws:sts::111111111111:assumed-role/Admin/alice@example.com', 'Admin/alice@example.com'],
    ['arn:aws:iam::111111111111:root', 'root'],
    ['autoscaling.amazonaws.com', 'autoscaling.amazonaws.com'],
  ])('%s is %s', (arn, short) => {
    expect(shortPrincipal(arn)).toBe(short);
  });
});
