import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { NewRule, ScopeSearch } from '@/api/types';

export type FindingSort = 'severity' | 'opened_at' | 'rule' | 'account';

export interface FindingFilter extends ScopeSearch {
  state?: string;
  severity?: string;
  category?: string;
  rule?: string;
  account?: string;
  type?: string;
  word?: string;
  unknown?: boolean;
  sort?: FindingSort;
  order?: 'asc' | 'desc';
}

const kFirstPage = 100;
const kLaterPage = 500;
// Of one resource: more rules than that find fault with none.
const kMostOfResource = 100;

export const findingsQuery = (wanted: FindingFilter) =>
  infiniteQueryOptions({
    queryKey: ['finding-list', wanted],
    queryFn: ({ signal, pageParam }) =>
      take(
        http.GET('/api/v1/findings', {
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

// What there is to narrow by. Apart from the rows, which come sooner without it.
export const findingFacetsQuery = (wanted: FindingFilter) =>
  queryOptions({
    queryKey: ['findings', 'facets', wanted],
    queryFn: async ({ signal }) => {
      const query = { ...wanted, limit: 1, facets: true };
      return (await take(http.GET('/api/v1/findings', { signal, params: { query } }))).facets;
    },
    placeholderData: keepPreviousData,
    retry: false,
    meta: { tells: true },
  });

// The most severe ones of the scope, for the overview.
export const topFindingsQuery = (scope: ScopeSearch, limit: number) =>
  queryOptions({
    queryKey: ['findings', 'top', scope, limit],
    queryFn: ({ signal }) =>
      take(http.GET('/api/v1/findings', { signal, params: { query: { ...scope, limit, facets: true } } })),
    placeholderData: keepPreviousData,
  });

export const findingsOfResourceQuery = (resource: string) =>
  queryOptions({
    queryKey: ['findings', 'resource', resource],
    queryFn: ({ signal }) =>
      take(
        http.GET('/api/v1/findings', {
          signal,
          params: {
            query: {
              resource,
              state: 'open,acknowledged,snoozed,excepted,resolved',
              limit: kMostOfResource,
            },
          },
        }),
      ),
  });

export const findingQuery = (id: string) =>
  queryOptions({
    queryKey: ['finding', id],
    queryFn: ({ signal }) => take(http.GET('/api/v1/findings/{id}', { signal, params: { path: { id } } })),
  });

export const rulesQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['rules', scope],
    queryFn: ({ signal }) => take(http.GET('/api/v1/rules', { signal, params: { query: scope } })),
  });

const path = (id: string) => ({ path: { id } });

export const acknowledgeFinding = (id: string, note: string) =>
  take(http.POST('/api/v1/findings/{id}/acknowledge', { params: path(id), body: { note } }));
export const snoozeFinding = (id: string, note: string, until: string) =>
  take(http.POST('/api/v1/findings/{id}/snooze', { params: path(id), body: { note, until } }));
export const exceptFinding = (id: string, reason: string, until: string) =>
  take(http.POST('/api/v1/findings/{id}/except', { params: path(id), body: { reason, until } }));
export const reopenFinding = (id: string) =>
  take(http.POST('/api/v1/findings/{id}/reopen', { params: path(id), body: {} }));

export const testRule = (body: NewRule) => take(http.POST('/api/v1/rules/test', { body }));
export const addRule = (body: NewRule) => take(http.POST('/api/v1/rules', { body }));

export function exportFindingsUrl(wanted: FindingFilter, format: 'csv' | 'json'): string {
  const query = new URLSearchParams({ format });
  for (const [key, value] of Object.entries(wanted)) {
    if (value) query.set(key, String(value));
  }
  return `/api/v1/findings/export?${query}`;
}
