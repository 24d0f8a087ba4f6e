import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch, Sweep } from '@/api/types';

export type Outcome = Sweep['outcome'];

const kPage = 1000;
// Above this many the matrix would be unreadable and slow; the page then says that it shows a part.
export const kMostSweeps = 10_000;

export const coverageQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['coverage', scope],
    queryFn: ({ signal }) => take(http.GET('/api/v1/coverage', { signal, params: { query: scope } })),
    placeholderData: keepPreviousData,
  });

export const coveragePlanQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['coverage', 'plan', scope],
    queryFn: ({ signal }) => take(http.GET('/api/v1/coverage/plan', { signal, params: { query: scope } })),
    refetchInterval: 30_000,
    placeholderData: keepPreviousData,
  });

interface AllSweeps {
  items: Sweep[];
  total: number;
}

export const sweepsQuery = (scope: ScopeSearch) =>
  queryOptions({
    queryKey: ['sweeps', scope],
    queryFn: async ({ signal }): Promise<AllSweeps> => {
      const items: Sweep[] = [];
      let cursor: string | null = null;
      let total = 0;
      do {
        const query: ScopeSearch & { limit: number; cursor?: string } = { ...scope, limit: kPage };
        if (cursor) query.cursor = cursor;
        // oxlint-disable-next-line no-await-in-loop -- each page names the next one
        const page = await take(http.GET('/api/v1/sweeps', { signal, params: { query } }));
        items.push(...page.items);
        total = page.total;
        cursor = page.next_cursor;
      } while (cursor && items.length < kMostSweeps);
      return { items, total };
    },
    placeholderData: keepPreviousData,
  });

const kFirstGaps = 25;
const kLaterGaps = 500; // a silent region or a denied account has hundreds

// The sweeps that ended so, and how many there are: the matrix may hold only a part of them.
export const sweepsThatQuery = (outcome: Outcome | 'not_ok', scope: ScopeSearch) =>
  infiniteQueryOptions({
    queryKey: ['sweeps', 'that', outcome, scope],
    queryFn: ({ signal, pageParam }) =>
      take(
        http.GET('/api/v1/sweeps', {
          signal,
          params: {
            query: {
              ...scope,
              outcome,
              ...(pageParam ? { cursor: pageParam, limit: kLaterGaps } : { limit: kFirstGaps }),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    meta: { tells: true }, // its panel says when it fails
  });

export const scanQuery = queryOptions({
  queryKey: ['scan'],
  queryFn: ({ signal }) => take(http.GET('/api/v1/scan', { signal })),
});

export const startScan = (accounts: string[]) =>
  take(http.POST('/api/v1/scan', { body: accounts.length > 0 ? { accounts } : {} }));
