// What the long lists have in common: they are loaded page by page as far as somebody scrolls, a page that fails
// takes nothing away, and what changed since is offered, never put under the pointer.
import { Button } from '@mantine/core';
import { type InfiniteData, type QueryKey, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Icon } from '@/components/icons';
import { plural } from '@/lib/format';
import { firstPage, mayGoOn } from '@/lib/endless';
import type { LiveItem } from '@/lib/live';
import { useLiveChanges } from '@/lib/live_store';
import { useLatest } from '@/lib/use_latest';
import classes from '@/components/endless_list.module.css';

// The part of a query of TanStack's that a list needs.
interface Loading<Page> {
  data: InfiniteData<Page> | undefined;
  error: Error | null;
  hasNextPage: boolean;
  isFetching: boolean;
  isFetchNextPageError: boolean;
  fetchNextPage: () => Promise<unknown>;
  refetch: () => Promise<unknown>;
}

// `most`: rows are kept in the browser only up to here; who scrolls further is asked to narrow the filter.
export function useEndless<Page extends { items: readonly unknown[] }>(query: Loading<Page>, most: number) {
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch, isFetchNextPageError } = query;
  const rows = useMemo<Page['items'][number][]>(
    () => data?.pages.flatMap((page) => page.items) ?? [],
    [data],
  );
  const failed = error !== null;
  const reach = useCallback(
    (index: number) => {
      if (mayGoOn({ index, loaded: rows.length, most, hasNextPage, isFetching, failed }))
        void fetchNextPage();
    },
    [rows.length, most, hasNextPage, isFetching, failed, fetchNextPage],
  );
  const retry = () => void (isFetchNextPageError ? fetchNextPage() : refetch());
  return { rows, first: data?.pages[0], reach, retry };
}

// Loads the list anew from its beginning. What is shown stays until the answer is there.
export function useRenewal(queryKey: QueryKey) {
  const client = useQueryClient();
  return useCallback(() => {
    client.setQueryData<InfiniteData<unknown>>(queryKey, (before) => before && firstPage(before));
    void client.invalidateQueries({ queryKey, exact: true });
  }, [client, queryKey]);
}

// Another list, or another order of it, is read from its beginning.
export function useFromTop(scroller: RefObject<HTMLElement | null>, list: unknown) {
  const shown = useRef(list);
  useEffect(() => {
    if (shown.current === list) return;
    shown.current = list;
    scroller.current?.scrollTo({ top: 0 });
  }, [scroller, list]);
}

// What comes alone is shown at once, together with what comes in the same moment; a stream of news only so often.
const kGatherMs = 200;
const kRefreshMs = 1_500;
const kNone: ReadonlySet<string> = new Set();

interface NewsProps {
  noun: 'resource' | 'finding';
  list: unknown; // another one begins without news
  scroller: RefObject<HTMLElement | null>;
  untouched: boolean; // nothing is chosen or open
  busy: boolean; // an answer is under way
  behind?: boolean; // the list itself says that it lacks the latest changes
  reload: () => void;
}

// Counts what changed since the list was loaded. Rows never move under the pointer: the list is renewed by
// itself only while nobody is in it (at its top, no pointer over it, nothing chosen or open), else on request.
export function useNews({ noun, list, scroller, untouched, busy, behind = false, reload }: NewsProps) {
  const [heard, setHeard] = useState({ list, changed: kNone });
  const changed = heard.list === list ? heard.changed : kNone;
  const now = useLatest({ list, busy });
  useLiveChanges(
    useCallback(
      (items: LiveItem[] | 'all') => {
        const ids =
          items === 'all' ? ['all'] : items.filter((item) => item.noun === noun).map((item) => item.id);
        if (ids.length === 0) return;
        const { list: current } = now.current;
        setHeard((before) => ({
          list: current,
          changed: new Set([...(before.list === current ? before.changed : kNone), ...ids]),
        }));
      },
      [noun, now],
    ),
  );
  const show = useCallback(() => {
    setHeard({ list: now.current.list, changed: kNone });
    reload();
    scroller.current?.scrollTo({ top: 0 });
  }, [reload, scroller, now]);
  const waiting = changed.size > 0;
  const shownAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (!(waiting || behind) || !untouched) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    const look = () => {
      timer = setTimeout(look, kRefreshMs);
      const box = scroller.current;
      const used =
        box && (box.scrollTop > 0 || box.matches(':hover') || box.contains(document.activeElement));
      if (used || now.current.busy) return;
      shownAt.current = performance.now();
      show();
    };
    timer = setTimeout(look, Math.max(kGatherMs, kRefreshMs - (performance.now() - shownAt.current)));
    return () => clearTimeout(timer);
  }, [waiting, behind, untouched, scroller, show, now]);
  return { count: changed.has('all') ? undefined : changed.size, waiting, show };
}

export function News({ news, noun }: { news: ReturnType<typeof useNews>; noun: string }) {
  return (
    <div role="status" className={classes.newsBox}>
      {news.waiting ? (
        <Button size="xs" radius="xl" onClick={news.show} leftSection={<Icon name="refresh" size={12} />}>
          {news.count === undefined ? `Many ${noun}s` : plural(news.count, noun)} changed since this list was
          loaded. Show
        </Button>
      ) : null}
    </div>
  );
}

interface StripProps {
  error: Error | null;
  what: string; // "The list"
  onRetry: () => void;
}

// Above what was loaded before: it stays readable, and that it is not all of today's is said.
export function FailureStrip({ error, what, onRetry }: StripProps) {
  if (!error) return null;
  return (
    <div className={classes.failure} role="alert">
      <Icon name="warning" />
      <span>
        {what} could not be loaded further and may be out of date. {error.message}
      </span>
      <Button size="xs" onClick={onRetry} leftSection={<Icon name="refresh" size={12} />}>
        Retry
      </Button>
    </div>
  );
}
