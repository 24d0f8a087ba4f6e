import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query';
import { http, take } from '@/api/client';
import type { ScopeSearch } from '@/api/types';

const kPage = 100;

export const kQuotaShows = ['near', 'counted', 'unknown', 'all'] as const;
export type QuotaShow = (typeof kQuotaShows)[number];

export interface WantedQuotas {
  scope: ScopeSearch;
  show: QuotaShow;
  service_code: string | undefined;
}

export const quotasQuery = ({ scope, show, service_code }: WantedQuotas) =>
  infiniteQueryOptions({
    queryKey: ['quotas', scope, show, service_code],
    queryFn: ({ signal, pageParam }) =>
      take(
        http.GET('/api/v1/quotas', {
          signal,
          params: {
            query: {
              ...scope,
              show,
              limit: kPage,
              ...(service_code ? { service_code } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });
