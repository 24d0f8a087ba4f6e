import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { changesQuery } from '@/api/change';
import { ApiError } from '@/api/client';
import { useScope } from '@/components/scope';
import type { LiveItem } from '@/lib/live';
import { useLiveChanges } from '@/lib/live_store';
import { searchOf, type View, viewOf, wantedOf } from './changes_search';

export function useChanges() {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const scope = useScope();
  const [askedAt, setAskedAt] = useState(() => Date.now());
  const [heard, setHeard] = useState<ReadonlySet<string>>(new Set());
  const key = JSON.stringify([searchOf(viewOf(search)), scope]);
  // The same objects as long as they say the same, so that the query is not a new one at each render.
  const { view, wanted } = useMemo(() => {
    const [text, within] = JSON.parse(key) as [Record<string, string>, typeof scope];
    const stable = viewOf(text);
    return { view: stable, wanted: wantedOf(stable, within, askedAt) };
  }, [key, askedAt]);
  const query = useInfiniteQuery(changesQuery(wanted));
  const changes = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const setView = useCallback(
    (next: View, replace = false) =>
      void navigate({
        to: '.',
        replace,
        search: (before: Record<string, string | undefined>) => ({ ...before, ...searchOf(next) }),
      }),
    [navigate],
  );
  useLiveChanges(
    useCallback((items: LiveItem[] | 'all') => {
      const ids =
        items === 'all' ? ['all'] : items.filter((item) => item.noun === 'resource').map((item) => item.id);
      if (ids.length > 0) setHeard((before) => new Set([...before, ...ids]));
    }, []),
  );
  // Rows never move under the pointer: what is new comes when it is asked for.
  const show = useCallback(() => {
    setHeard(new Set());
    setAskedAt(Date.now());
  }, []);
  const error = query.error instanceof ApiError ? query.error : undefined;
  const news = { count: heard.has('all') ? undefined : heard.size, waiting: heard.size > 0, show };
  return { view, setView, scope, wanted, query, changes, first: query.data?.pages[0], news, error };
}
