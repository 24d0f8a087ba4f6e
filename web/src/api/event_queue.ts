import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

const kEvery = 10_000; // no change log tells how a queue fares

export const eventQueuesQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['event-queues', scope],
    queryFn: ({ signal }) => take(http.GET('/api/v1/event-queues', { signal, params: { query: scope } })),
    placeholderData: keepPreviousData,
    refetchInterval: kEvery,
    meta: { tells: true }, // its panel says when it fails
  });
