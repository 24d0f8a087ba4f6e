import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/settings', { signal })),
});

export const auditQuery = (wanted: { actor?: string; action?: string }) =>
  infiniteQueryOptions({
    queryKey: ['audit', wanted],
    queryFn: ({ signal, pageParam }) =>
      take(
        http.GET('/api/v1/audit', {
          signal,
          params: { query: { ...wanted, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });
