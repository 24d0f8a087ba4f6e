import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';

const kAskAgainMs = 1_000;

export const searchQuery = (q: string, limit: number) =>
  queryOptions({
    queryKey: ['search', q, limit],
    queryFn: ({ signal }) => take(http.GET('/api/v1/search', { signal, params: { query: { q, limit } } })),
    enabled: q.trim() !== '',
    // What changed a moment ago is there a moment later.
    refetchInterval: ({ state }) => (state.data?.search.behind ? kAskAgainMs : false),
    placeholderData: keepPreviousData,
    retry: false,
    meta: { tells: true }, // the palette says when it fails
  });
