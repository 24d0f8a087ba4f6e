import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { findingFacetsQuery, type FindingFilter, type FindingSort, findingsQuery } from '@/api/finding';
import { useEndless, useFromTop, useNews, useRenewal } from '@/components/endless_list';
import { useScope } from '@/components/scope';
import { neighbour } from '@/lib/endless';
import { searchOf, sortedBy, type View, viewOf, wantedOf } from './findings_search';

// Rows are kept in the browser only up to here; who scrolls further is asked to narrow the filter.
export const kMostLoaded = 20_000;

function useView() {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const text = JSON.stringify(searchOf(viewOf(search)));
  // The same object as long as it says the same, so that the query is not a new one at each render.
  const view = useMemo(() => viewOf(JSON.parse(text) as Record<string, string>), [text]);
  const setView = useCallback(
    (next: View, replace = false) =>
      void navigate({
        to: '.',
        replace,
        search: (before: Record<string, string | undefined>) => ({ ...before, ...searchOf(next) }),
      }),
    [navigate],
  );
  return [view, setView] as const;
}

function useWanted(view: View): FindingFilter {
  const scope = useScope();
  const { id: _open, ...rest } = view;
  const key = JSON.stringify(rest);
  return useMemo(
    () => wantedOf({ ...(JSON.parse(key) as Omit<View, 'id'>), id: undefined }, scope),
    [key, scope],
  );
}

// The rows page by page, and what there is to narrow them by.
function useRows(wanted: FindingFilter) {
  const client = useQueryClient();
  const query = useInfiniteQuery(findingsQuery(wanted));
  const endless = useEndless(query, kMostLoaded);
  const { sort: _sort, order: _order, ...narrowed } = wanted;
  const facets = useQuery(findingFacetsQuery(narrowed));
  const renew = useRenewal(useMemo(() => findingsQuery(wanted).queryKey, [wanted]));
  const reload = useCallback(() => {
    renew();
    void client.invalidateQueries({ queryKey: ['findings', 'facets'] }, { cancelRefetch: false });
  }, [renew, client]);
  const retry = () => {
    if (query.error) endless.retry();
    if (facets.error) void facets.refetch();
  };
  return { ...endless, query, facets, failure: query.error ?? facets.error, retry, reload };
}

// Everything that the page knows and does, apart from how it looks.
export function useFindings() {
  const client = useQueryClient();
  const scope = useScope();
  const [view, setView] = useView();
  const wanted = useWanted(view);
  const list = useRows(wanted);
  const { rows, query, reload } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const untouched = view.id === undefined;
  const busy = query.isFetching;
  const news = useNews({ noun: 'finding', list: wanted, scroller, untouched, busy, reload });
  useFromTop(scroller, wanted);
  // Asked for at the click itself: the page would ask only when the URL has changed and it is drawn.
  const sort = useCallback(
    (column: FindingSort) => {
      const next = sortedBy(view, column);
      void client.prefetchInfiniteQuery(findingsQuery(wantedOf({ ...next, id: undefined }, scope)));
      setView(next);
    },
    [client, view, scope, setView],
  );
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const place = useRef(-1); // of the open one when it was last in the list
  useEffect(() => {
    const at = view.id === undefined ? -1 : ids.indexOf(view.id);
    if (at >= 0 || view.id === undefined) place.current = at;
  }, [ids, view.id]);
  const open = useCallback((id: string) => setView({ ...view, id }, view.id !== undefined), [setView, view]);
  const close = useCallback(() => {
    const row = view.id ? document.getElementById(`finding-${view.id}`) : null;
    setView({ ...view, id: undefined });
    row?.focus();
  }, [setView, view]);
  const walk = (step: 1 | -1) => {
    const next = view.id ? neighbour(ids, view.id, step, place.current) : undefined;
    if (next) open(next);
  };
  return { ...list, scope, view, setView, wanted, scroller, news, sort, open, close, walk };
}
