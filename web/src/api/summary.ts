import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

export const summaryQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['summary', scope],
    queryFn: ({ signal }) => take(http.GET('/api/v1/summary', { signal, params: { query: scope } })),
    placeholderData: keepPreviousData,
  });
