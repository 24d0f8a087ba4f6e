import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

export interface ChangeFilter extends ScopeSearch {
  filter?: string;
  kind?: string;
  from?: string;
  to?: string;
}

const kPage = 100;

export const changesQuery = (wanted: ChangeFilter) =>
  infiniteQueryOptions({
    queryKey: ['changes', wanted],
    queryFn: ({ signal, pageParam }) =>
      take(
        http.GET('/api/v1/changes', {
          signal,
          params: {
            query: { ...wanted, limit: kPage, ...(pageParam ? { cursor: pageParam } : { counts: true }) },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    retry: false,
  });

// A change never becomes another one; only who made it may become known.
export const changeQuery = (seq: number) =>
  queryOptions({
    queryKey: ['change', seq],
    queryFn: ({ signal }) =>
      take(http.GET('/api/v1/changes/{seq}', { signal, params: { path: { seq: String(seq) } } })),
  });

export function exportChangesUrl(wanted: ChangeFilter, format: 'csv' | 'json'): string {
  const query = new URLSearchParams({ format });
  for (const [key, value] of Object.entries(wanted)) {
    if (value) query.set(key, String(value));
  }
  return `/api/v1/changes/export?${query}`;
}
