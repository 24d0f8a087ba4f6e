import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

export type SortKey = 'name' | 'type' | 'account' | 'region' | 'state' | 'created_at' | 'first_seen';

export interface ResourceFilter extends ScopeSearch {
  filter?: string;
  sort?: SortKey;
  order?: 'asc' | 'desc';
}

// The first page is small so that it is quick; the later ones are large so that there are few.
const kFirstPage = 100;
const kLaterPage = 500;

export const resourcesQuery = (wanted: ResourceFilter) =>
  infiniteQueryOptions({
    queryKey: ['resources', wanted],
    queryFn: ({ signal, pageParam }) =>
      take(
        http.GET('/api/v1/resources', {
          signal,
          params: {
            query: {
              ...wanted,
              ...(pageParam ? { cursor: pageParam, limit: kLaterPage } : { limit: kFirstPage }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    retry: false,
    meta: { tells: true }, // its page says when it fails
  });

// What there is to narrow by, counted over the filtered set. Apart from the rows, which come sooner without it and
// in another order without being counted again.
export const facetsQuery = (wanted: ScopeSearch & { filter?: string }) =>
  queryOptions({
    queryKey: ['facets', wanted],
    queryFn: async ({ signal }) => {
      const query = { ...wanted, limit: 1, facets: true };
      return (await take(http.GET('/api/v1/resources', { signal, params: { query } }))).facets;
    },
    staleTime: 60_000,
    placeholderData: keepPreviousData,
    retry: false,
    meta: { tells: true },
  });

export const resourceQuery = (id: string) =>
  queryOptions({
    queryKey: ['resource', id],
    queryFn: ({ signal }) => take(http.GET('/api/v1/resources/{id}', { signal, params: { path: { id } } })),
  });

export const historyQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['resource', id, 'history'],
    queryFn: ({ signal, pageParam }) =>
      take(
        http.GET('/api/v1/resources/{id}/history', {
          signal,
          params: { path: { id }, query: { limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

export const filterKeysQuery = queryOptions({
  queryKey: ['filter-keys'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/filter', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export const typesQuery = queryOptions({
  queryKey: ['types'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/types', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export function exportUrl(wanted: ResourceFilter, format: 'csv' | 'json'): string {
  const query = new URLSearchParams({ format });
  for (const key of ['filter', 'accounts', 'regions'] as const) {
    if (wanted[key]) query.set(key, wanted[key]);
  }
  return `/api/v1/resources/export?${query}`;
}
