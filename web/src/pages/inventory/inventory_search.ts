// What the inventory keeps in its URL, as values and back.
import type { ResourceFilter, SortKey } from '@/api/resource';
import { splitList } from '@/lib/search_params';
import { type Words, wordsOf } from '@/lib/views';

export const kColumns = [
  'name',
  'type',
  'key',
  'account',
  'region',
  'state',
  'created_at',
  'unknown',
  'first_seen',
  'swept_at',
  'arn',
] as const;
export const kDefaultColumns = ['name', 'type', 'key', 'account', 'region', 'state', 'created_at', 'unknown'];

const sortable: ReadonlySet<string> = new Set([
  'name',
  'type',
  'account',
  'region',
  'state',
  'created_at',
  'first_seen',
]);

export interface View {
  filter: string;
  sort: SortKey;
  order: 'asc' | 'desc';
  columns: string[]; // names of kColumns, or `tag:<key>`
  id: string | undefined; // the resource in the drawer
}

const known = (name: string) => (kColumns as readonly string[]).includes(name) || name.startsWith('tag:');

const withName = (columns: readonly string[]) => ['name', ...columns.filter((name) => name !== 'name')];

// `preferred`: the columns that the person has chosen before; a URL that names columns goes before them.
export function viewOf(
  search: Record<string, string | undefined>,
  preferred: readonly string[] = kDefaultColumns,
): View {
  const columns = splitList(search.columns).filter(known);
  return {
    filter: search.filter ?? '',
    sort: sortable.has(search.sort ?? '') ? (search.sort as SortKey) : 'name',
    order: search.order === 'desc' ? 'desc' : 'asc',
    columns: withName(columns.length > 0 ? columns : preferred.filter(known)),
    id: search.id,
  };
}

// Only what differs from the default goes into the URL.
export function searchOf(view: View): Record<string, string | undefined> {
  return {
    filter: view.filter || undefined,
    sort: view.sort === 'name' ? undefined : view.sort,
    order: view.order === 'asc' ? undefined : view.order,
    columns: view.columns.join() === kDefaultColumns.join() ? undefined : view.columns.join(),
    id: view.id,
  };
}

// All that a saved view holds: the columns too, so that it looks the same to whoever prefers others.
export function savedWords(view: View): Words {
  const { id: _open, ...search } = searchOf(view);
  return wordsOf({ ...search, columns: view.columns.join() });
}

export const isSortable = (column: string): column is SortKey => sortable.has(column);

export function wantedOf(view: View, scope: { accounts?: string; regions?: string }): ResourceFilter {
  return {
    ...scope,
    ...(view.filter ? { filter: view.filter } : {}),
    sort: view.sort,
    order: view.order,
  };
}

export function sortedBy(view: View, column: SortKey): View {
  const order = view.sort === column && view.order === 'asc' ? 'desc' : 'asc';
  return { ...view, sort: column, order };
}
