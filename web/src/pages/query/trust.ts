import type { QueryResult } from '@/api/types';
import { plural } from '@/lib/format';
import { outcomeWords } from '@/lib/outcomes';

export type Trust = Pick<
  QueryResult,
  'unknown_types' | 'gap_count' | 'gaps' | 'unknown_columns' | 'behind_changes' | 'behind_since'
>;
type Gap = QueryResult['gaps'][number];

export interface Doubt {
  key: string;
  what: string; // the type
  where: string; // account and region; empty: everywhere
  why: string;
  since: string | null; // rows of then are shown; null: rows are unknown
}

export interface Doubts {
  rowsMayMiss: boolean;
  shown: Doubt[];
  more: number; // that are not shown
  columns: string[]; // that are not known for some rows
  // What the rows do not show yet, where that is more than the moment which a change takes; null: nothing.
  behind: { changes: number; since: string } | null;
}

export const kDoubtsShown = 20;
const kBehindMs = 30_000;

const reasonOf = ({ outcome, code }: Gap) => {
  const title = outcome ? outcomeWords[outcome].title : 'No complete answer at that time';
  return code ? `${title} (${code})` : title;
};

// What keeps the answer from being the whole truth: the types that nobody ever read, then the places.
export function doubtsOf(trust: Trust, now = Date.now()): Doubts {
  const { unknown_types, gap_count, gaps, unknown_columns, behind_changes, behind_since } = trust;
  const tried = new Set(gaps.map((gap) => gap.type));
  // A type that was tried and never read is said place by place.
  const untried = unknown_types.filter((type) => !tried.has(type));
  const all: Doubt[] = [
    ...untried.map((type) => ({
      key: type,
      what: type,
      where: '',
      why: outcomeWords.pending.title,
      since: null,
    })),
    ...gaps.map((gap) => ({
      key: `${gap.account_id} ${gap.region} ${gap.type}`,
      what: gap.type,
      where: `${gap.account_id}, ${gap.region}`,
      why: reasonOf(gap),
      since: gap.swept_at,
    })),
  ];
  const shown = all.slice(0, kDoubtsShown);
  return {
    // A condition on what is not known leaves rows out too.
    rowsMayMiss: unknown_columns.length > 0 || all.some((doubt) => doubt.since === null),
    shown,
    more: untried.length + gap_count - shown.length,
    columns: unknown_columns.map(
      ({ table, column, rows }) => `${column} of ${plural(rows, 'row')} of ${table}`,
    ),
    behind:
      behind_since && now - Date.parse(behind_since) > kBehindMs
        ? { changes: behind_changes, since: behind_since }
        : null,
  };
}
