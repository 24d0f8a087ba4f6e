import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

export const tagCoverageQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['tags', 'coverage', scope],
    queryFn: ({ signal }) => take(http.GET('/api/v1/tags/coverage', { signal, params: { query: scope } })),
    placeholderData: keepPreviousData,
  });

export const tagKeysQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['tags', 'keys', scope],
    queryFn: ({ signal }) =>
      take(http.GET('/api/v1/tags/keys', { signal, params: { query: { ...scope, limit: 100 } } })),
    placeholderData: keepPreviousData,
  });

export const tagValuesQuery = (scope: ScopeSearch, key: string) =>
  queryOptions({
    queryKey: ['tags', 'values', scope, key],
    queryFn: ({ signal }) =>
      take(http.GET('/api/v1/tags/values', { signal, params: { query: { ...scope, key, limit: 20 } } })),
  });

export const ownersQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['tags', 'owners', scope],
    queryFn: ({ signal }) =>
      take(http.GET('/api/v1/tags/owners', { signal, params: { query: { ...scope, limit: 50 } } })),
    placeholderData: keepPreviousData,
  });

export interface TagWish extends ScopeSearch {
  filter?: string;
  key: string;
  from: 'value' | 'owner' | 'spelling';
  value?: string;
  overwrite?: boolean;
}

// Not among what is asked again with every change: it must not move while somebody reads or copies it.
export const tagPlanQuery = (wish: TagWish) =>
  queryOptions({
    queryKey: ['tag-plan', wish],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => take(http.GET('/api/v1/tags/plan', { signal, params: { query: wish } })),
    retry: false,
    meta: { tells: true },
  });
