// The page's state is its URL: what is filtered, how it is ordered, which finding is open.
import type { FindingFilter, FindingSort } from '@/api/finding';
import type { ScopeSearch } from '@/api/types';
import { splitList } from '@/lib/search_params';
import { type Words, wordsOf } from '@/lib/views';

export const kFacets = ['state', 'severity', 'category', 'rule', 'account'] as const;
export type FacetKey = (typeof kFacets)[number];

export interface View {
  chosen: Record<FacetKey, string[]>;
  type: string;
  word: string;
  unknown: boolean;
  sort: FindingSort;
  order: 'asc' | 'desc';
  id: string | undefined;
}

type Search = Record<string, string | undefined>;

const kSorts: readonly FindingSort[] = ['severity', 'opened_at', 'rule', 'account'];
const kOpen = ['open'];
const kAny = 'any';

function statesOf(text: string | undefined): string[] {
  if (text === undefined) return kOpen;
  return text === kAny ? [] : splitList(text);
}

export function viewOf(search: Search): View {
  const sort = kSorts.find((known) => known === search['sort']) ?? 'severity';
  return {
    chosen: {
      // Without a word about it, what is open is meant.
      state: statesOf(search['state']),
      severity: splitList(search['severity']),
      category: splitList(search['category']),
      rule: splitList(search['rule']),
      account: splitList(search['account']),
    },
    type: search['type'] ?? '',
    word: search['word'] ?? '',
    unknown: search['unknown'] === 'true',
    sort,
    order: search['order'] === 'asc' ? 'asc' : 'desc',
    id: search['id'],
  };
}

const listOf = (values: readonly string[]) => (values.length > 0 ? values.join(',') : undefined);

export function searchOf(view: View): Search {
  const { chosen } = view;
  const open = chosen.state.length === 1 && chosen.state[0] === 'open';
  return {
    state: open ? undefined : (listOf(chosen.state) ?? kAny),
    severity: listOf(chosen.severity),
    category: listOf(chosen.category),
    rule: listOf(chosen.rule),
    account: listOf(chosen.account),
    type: view.type || undefined,
    word: view.word || undefined,
    unknown: view.unknown ? 'true' : undefined,
    sort: view.sort === 'severity' ? undefined : view.sort,
    order: view.order === 'desc' ? undefined : view.order,
    id: view.id,
  };
}

// What is asked of the server. No state chosen means that any will do.
export function wantedOf(view: View, scope: ScopeSearch): FindingFilter {
  const { id: _open, ...search } = searchOf(view);
  const asked = Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
  return {
    ...scope,
    ...asked,
    state: view.chosen.state.join(',') || 'open,acknowledged,snoozed,excepted,resolved',
    ...(view.unknown ? { unknown: true } : {}),
  } as FindingFilter;
}

export function toggled(view: View, facet: FacetKey, value: string): View {
  const before = view.chosen[facet];
  const after = before.includes(value) ? before.filter((other) => other !== value) : [...before, value];
  return { ...view, chosen: { ...view.chosen, [facet]: after } };
}

// A second click turns the order round; severity and time begin at their weighty end, names at their first.
export function sortedBy(view: View, sort: FindingSort): View {
  if (view.sort === sort) return { ...view, order: view.order === 'asc' ? 'desc' : 'asc' };
  return { ...view, sort, order: sort === 'severity' || sort === 'opened_at' ? 'desc' : 'asc' };
}

// All that a saved view holds.
export function savedWords(view: View): Words {
  const { id: _open, ...search } = searchOf(view);
  return wordsOf(search);
}
