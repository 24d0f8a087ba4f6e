import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { http, take } from '@/api/client';

const kAskAgainMs = 60_000;
const kAskSoonMs = 5_000; // while something waits for its first turn

// The metrics of a resource from so many seconds ago until now.
export const seriesQuery = (id: string, seconds: number) =>
  queryOptions({
    queryKey: ['series', id, seconds],
    queryFn: ({ signal }) => {
      const to = new Date();
      const from = new Date(to.getTime() - seconds * 1000);
      const query = { from: from.toISOString(), to: to.toISOString() };
      return take(http.GET('/api/v1/resources/{id}/series', { signal, params: { path: { id }, query } }));
    },
    refetchInterval: ({ state: { data } }) => {
      const waits = data?.items.length === 0 || data?.items.some((series) => series.outcome === 'pending');
      return data && data.declared > 0 && waits ? kAskSoonMs : kAskAgainMs;
    },
    placeholderData: keepPreviousData,
  });
