import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useCallback, useEffect, useMemo, useState } from 'react';
import { type ResourceFilter, resourcesQuery } from '@/api/resource';
import type { LiveItem } from '@/lib/live';
import { useLiveChanges } from '@/lib/live_store';

// Rows are kept in the browser only up to here; who scrolls further is asked to narrow the filter.
export const kMostLoaded = 50_000;
const kRefreshMs = 2_000;

export function useResources(wanted: ResourceFilter) {
  const client = useQueryClient();
  const query = useInfiniteQuery(resourcesQuery(wanted));
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const first = data?.pages[0];
  const reach = useCallback(
    (index: number) => {
      if (index >= rows.length - 1 && hasNextPage && !isFetching && rows.length < kMostLoaded)
        void fetchNextPage();
    },
    [rows.length, hasNextPage, isFetching, fetchNextPage],
  );
  const reload = useCallback(
    () => void client.resetQueries({ queryKey: resourcesQuery(wanted).queryKey }),
    [client, wanted],
  );
  return { query, rows, first, reach, reload };
}

// Counts what changed since the list was loaded. Rows never move under the pointer: the list is renewed by
// itself only while nobody is in it (at its top, no pointer over it, nothing chosen or open), else on request.
export function useNews(scroller: RefObject<HTMLElement | null>, reload: () => void, untouched: boolean) {
  const [changed, setChanged] = useState<ReadonlySet<string>>(new Set());
  useLiveChanges(
    useCallback((items: LiveItem[]) => {
      const ids = items.filter((item) => item.noun === 'resource').map((item) => item.id);
      if (ids.length > 0) setChanged((before) => new Set([...before, ...ids]));
    }, []),
  );
  const show = useCallback(() => {
    setChanged(new Set());
    reload();
    scroller.current?.scrollTo({ top: 0 });
  }, [reload, scroller]);
  const waiting = changed.size > 0;
  useEffect(() => {
    if (!waiting || !untouched) return undefined;
    const timer = setInterval(() => {
      const box = scroller.current;
      const used =
        box && (box.scrollTop > 0 || box.matches(':hover') || box.contains(document.activeElement));
      if (!used) show();
    }, kRefreshMs);
    return () => clearInterval(timer);
  }, [waiting, untouched, scroller, show]);
  return { news: changed.size, show };
}
