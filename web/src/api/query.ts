import { queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';

export interface Statement {
  sql: string;
  at?: string;
}

export const runQuery = (body: Statement) => take(http.POST('/api/v1/query', { body }));

export const exportQuery = (body: Statement) =>
  take(http.POST('/api/v1/query/export', { body, parseAs: 'blob' }));

export const tablesQuery = queryOptions({
  queryKey: ['query-tables'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/query/tables', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});
