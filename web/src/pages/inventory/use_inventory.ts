import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { exportUrl, facetsQuery, type ResourceFilter, resourcesQuery, type SortKey } from '@/api/resource';
import type { ScopeSearch } from '@/api/types';
import { useEndless, useFromTop, useNews, useRenewal } from '@/components/endless_list';
import { useScope } from '@/components/scope';
import { announceFailure } from '@/components/toast';
import { neighbour } from '@/lib/endless';
import { useShortcuts } from '@/lib/shortcut_store';
import { useLatest } from '@/lib/use_latest';
import { useStateOf } from '@/lib/use_state_of';
import { sortedBy, type View, wantedOf } from './inventory_search';
import { toggled } from './resource_table';
import { useView } from './use_view';

const kMostTagKeys = 30;
// Rows are kept in the browser only up to here; who scrolls further is asked to narrow the filter.
export const kMostLoaded = 50_000;

// The same object as long as it says the same, so that the query is not a new one at each render.
function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}

// The rows page by page, and what there is to narrow them by.
function useResources(wanted: ResourceFilter) {
  const client = useQueryClient();
  const query = useInfiniteQuery(resourcesQuery(wanted));
  const endless = useEndless(query, kMostLoaded);
  const { sort: _sort, order: _order, ...narrowed } = wanted;
  const facets = useQuery(facetsQuery(narrowed));
  const renew = useRenewal(useMemo(() => resourcesQuery(wanted).queryKey, [wanted]));
  const reload = useCallback(() => {
    renew();
    void client.invalidateQueries({ queryKey: ['facets'] }, { cancelRefetch: false });
  }, [renew, client]);
  const retry = () => {
    if (query.error) endless.retry();
    if (facets.error) void facets.refetch();
  };
  return { ...endless, query, facets, failure: query.error ?? facets.error, retry, reload };
}

// The rows are asked for at the click itself: the page would ask only when the URL has changed and it is drawn.
function useSort(view: View, scope: ScopeSearch, setView: (change: Partial<View>) => void) {
  const client = useQueryClient();
  return useCallback(
    (column: SortKey) => {
      const next = sortedBy(view, column);
      void client.prefetchInfiniteQuery(resourcesQuery(wantedOf(next, scope)));
      setView({ sort: next.sort, order: next.order });
    },
    [client, view, scope, setView],
  );
}

// Everything that the page knows and does, apart from how it looks.
export function useInventory() {
  const [view, setView] = useView();
  const scope = useScope();
  const sort = useSort(view, scope, setView);
  const wanted = useStable(wantedOf(view, scope));
  const resources = useResources(wanted);
  const { rows, first, query, reload } = resources;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useStateOf(wanted, -1); // the row of the keyboard
  const scroller = useRef<HTMLDivElement>(null);
  const untouched = chosen.size === 0 && !view.id && active < 0;
  const busy = query.isFetching;
  const behind = first?.search?.behind ?? false;
  const news = useNews({ noun: 'resource', list: wanted, scroller, untouched, busy, behind, reload });
  useFromTop(scroller, wanted);
  const ids = useMemo(() => rows.map((row) => row.id), [rows]);
  const tagKeys = useMemo(
    () =>
      [...new Set(rows.flatMap((row) => Object.keys(row.tags ?? {})))]
        .slice(0, kMostTagKeys)
        .map((key) => `tag:${key}`),
    [rows],
  );
  // Walking from drawer to drawer is one step of the history, not one for each.
  const open = useCallback(
    (change: Partial<View>) => setView(change, change.id !== undefined && view.id !== undefined),
    [setView, view.id],
  );
  const close = useCallback(() => {
    const row = view.id ? document.getElementById(`row-${view.id}`) : null;
    setView({ id: undefined });
    row?.focus();
  }, [setView, view.id]);
  const walk = (step: 1 | -1) => {
    const next = view.id ? neighbour(ids, view.id, step, active) : undefined;
    if (!next) return;
    setActive(ids.indexOf(next));
    setView({ id: next }, true);
  };
  const error = query.error instanceof ApiError ? query.error : undefined;
  const wrong = error?.code === 'filter_invalid';
  const selection = { chosen, set: setChosen };
  useKeys({ ids, active, setActive, view, setView, selection, wanted, wrong });
  return {
    view,
    scope,
    setView,
    sort,
    wanted,
    resources,
    selection,
    active,
    setActive,
    scroller,
    news,
    tagKeys,
    open,
    close,
    walk,
    error,
    wrong,
  };
}

interface KeysProps {
  ids: string[];
  active: number;
  setActive: (index: number) => void;
  view: View;
  setView: (change: Partial<View>, replace?: boolean) => void;
  selection: { chosen: ReadonlySet<string>; set: (next: ReadonlySet<string>) => void };
  wanted: ResourceFilter;
  wrong: boolean; // the filter
}

// The row's link takes the focus, so that Enter opens it; two frames, since the row may have to be drawn.
function focusRow(id: string | undefined) {
  requestAnimationFrame(() => requestAnimationFrame(() => document.getElementById(`row-${id}`)?.focus()));
}

function useKeys(props: KeysProps) {
  const latest = useLatest(props);
  const shortcuts = useMemo(() => {
    const move = (step: number) => {
      const { ids, active, setActive, view, setView } = latest.current;
      const next = Math.max(0, Math.min(ids.length - 1, active + step));
      setActive(next);
      if (view.id) setView({ id: ids[next] }, true);
      else focusRow(ids[next]);
    };
    const withRow = (run: (id: string) => void) => () => {
      const id = latest.current.ids[latest.current.active];
      if (id) run(id);
    };
    return [
      { keys: '/', title: 'Filter', run: () => document.getElementById('filter')?.focus() },
      { keys: 'j', title: 'Next row', run: () => move(1) },
      { keys: 'k', title: 'Row before', run: () => move(-1) },
      { keys: 'o', title: 'Open the row', run: withRow((id) => latest.current.setView({ id })) },
      {
        keys: 'x',
        title: 'Select the row',
        run: withRow((id) => latest.current.selection.set(toggled(latest.current.selection.chosen, id))),
      },
      {
        keys: 'e',
        title: 'Export as CSV',
        run: () => {
          // Following the link would leave the page for the server's complaint.
          if (latest.current.wrong) announceFailure('The filter is wrong, so there is nothing to export.');
          else location.assign(exportUrl(latest.current.wanted, 'csv'));
        },
      },
    ];
  }, [latest]);
  useShortcuts('Inventory', shortcuts);
}
