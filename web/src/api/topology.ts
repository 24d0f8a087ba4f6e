import { queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

// A node of the tree account > region > VPC > subnet > type; what is left out stands for all of it.
export interface Spot {
  account?: string;
  region?: string;
  vpc?: string;
  subnet?: string;
  type?: string;
}

export interface TopologyFilter extends ScopeSearch {
  filter?: string;
}

export const kTopology = 'topology';

export const topologyQuery = (spot: Spot, wanted: TopologyFilter) =>
  queryOptions({
    queryKey: [kTopology, spot, wanted],
    queryFn: ({ signal }) =>
      take(http.GET('/api/v1/topology', { signal, params: { query: { ...spot, ...wanted } } })),
    staleTime: 60_000, // news of changes renew it
    retry: false,
    meta: { tells: true }, // its page says when it fails
  });

export const neighboursQuery = (id: string) =>
  queryOptions({
    queryKey: ['resource', id, 'neighbours'],
    queryFn: ({ signal }) =>
      take(
        http.GET('/api/v1/resources/{id}/neighbours', {
          signal,
          params: { path: { id }, query: { hops: 2 } },
        }),
      ),
  });
