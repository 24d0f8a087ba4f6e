import { queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';

export interface Statement {
  sql: string;
  at?: string;
}

export const runQuery = (body: Statement) => take(http.POST('/api/v1/query', { body }));

export type FileFormat = 'csv' | 'json';

export const exportQuery = async (body: Statement & { format: FileFormat }) =>
  (await take(http.POST('/api/v1/query/export', { body, parseAs: 'blob' }))) as unknown as Blob;

// Ends the statement of whoever asks, if one runs. `leaving`: also when the page goes away meanwhile.
export const cancelQuery = (leaving = false) => take(http.DELETE('/api/v1/query', { keepalive: leaving }));

export const tablesQuery = queryOptions({
  queryKey: ['query-tables'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/query/tables', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

export type Table = Awaited<ReturnType<NonNullable<typeof tablesQuery.queryFn>>>['items'][number];
