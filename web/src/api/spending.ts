import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

export const spendingQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['spending', scope],
    queryFn: ({ signal }) => take(http.GET('/api/v1/spending', { signal, params: { query: scope } })),
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });
