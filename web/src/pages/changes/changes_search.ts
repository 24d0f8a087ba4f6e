// The page's state is its URL: which changes, of which time.
import type { ChangeFilter } from '@/api/change';
import type { Change, ScopeSearch } from '@/api/types';
import { type ChangeKind, kChangeKinds } from '@/lib/change_kinds';
import { splitList } from '@/lib/search_params';
import { isTime, type Zone } from '@/lib/time';
import { type Words, wordsOf } from '@/lib/views';

export const kRanges = {
  '1h': { title: 'Last hour', ms: 3_600_000 },
  '24h': { title: 'Last 24 hours', ms: 86_400_000 },
  '7d': { title: 'Last 7 days', ms: 7 * 86_400_000 },
  '30d': { title: 'Last 30 days', ms: 30 * 86_400_000 },
  all: { title: 'All that is kept', ms: undefined },
  custom: { title: 'From … to …', ms: undefined },
} as const;
export type Range = keyof typeof kRanges;

const kDefaultRange: Range = '7d';
// What a first scan finds is no news, and there is much of it.
const kDefaultKinds: readonly ChangeKind[] = kChangeKinds.filter((kind) => kind !== 'found');
const kAny = 'any';

export interface View {
  filter: string;
  kinds: readonly ChangeKind[];
  range: Range;
  from: string | undefined; // of the range "custom"
  to: string | undefined;
}

type Search = Record<string, string | undefined>;

const isRange = (text: string | undefined): text is Range =>
  text !== undefined && Object.hasOwn(kRanges, text);
const timeOf = (text: string | undefined) => (text && isTime(text) ? text : undefined);

function kindsOf(text: string | undefined): readonly ChangeKind[] {
  if (text === undefined) return kDefaultKinds;
  if (text === kAny) return kChangeKinds;
  const named = splitList(text);
  const known = kChangeKinds.filter((kind) => named.includes(kind));
  return known.length > 0 ? known : kDefaultKinds;
}

export function viewOf(search: Search): View {
  return {
    filter: search['filter'] ?? '',
    kinds: kindsOf(search['kind']),
    range: isRange(search['range']) ? search['range'] : kDefaultRange,
    from: timeOf(search['from']),
    to: timeOf(search['to']),
  };
}

export function searchOf(view: View): Search {
  const custom = view.range === 'custom';
  const kinds = kChangeKinds.filter((kind) => view.kinds.includes(kind));
  const usual = kinds.join() === kDefaultKinds.join() || kinds.length === 0;
  return {
    filter: view.filter || undefined,
    kind: usual ? undefined : kinds.length === kChangeKinds.length ? kAny : kinds.join(','),
    range: view.range === kDefaultRange ? undefined : view.range,
    from: custom ? view.from : undefined,
    to: custom ? view.to : undefined,
  };
}

// All that a saved view holds.
export const savedWords = (view: View): Words => wordsOf(searchOf(view));

// What is asked of the server. `now` is when the list was last asked for, so that it stays the same while one scrolls.
export function wantedOf(view: View, scope: ScopeSearch, now: number): ChangeFilter {
  const wanted: ChangeFilter = { ...scope, kind: view.kinds.join(',') };
  if (view.filter) wanted.filter = view.filter;
  const { ms } = kRanges[view.range];
  if (ms !== undefined) wanted.from = new Date(now - ms).toISOString();
  if (view.range === 'custom' && view.from) wanted.from = view.from;
  if (view.range === 'custom' && view.to) wanted.to = view.to;
  return wanted;
}

// The last chosen kind stays: a list of no kinds would be empty for no reason of AWS's.
export function toggled(view: View, kind: ChangeKind): View {
  const on = view.kinds.includes(kind);
  const kinds = on ? view.kinds.filter((other) => other !== kind) : [...view.kinds, kind];
  return kinds.length > 0 ? { ...view, kinds } : view;
}

export interface Group {
  day: string; // "2026-11-23" in the zone
  changes: Change[];
}

export function byDay(changes: readonly Change[], zone: Zone): Group[] {
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
  });
  const groups: Group[] = [];
  for (const change of changes) {
    const day = format.format(new Date(change.at));
    const last = groups.at(-1);
    if (last?.day === day) last.changes.push(change);
    else groups.push({ day, changes: [change] });
  }
  return groups;
}
