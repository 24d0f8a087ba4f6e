import { useCallback, useMemo, useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { exportUrl } from '@/api/resource';
import { useScope } from '@/components/scope';
import { useShortcuts } from '@/lib/shortcut_store';
import { useLatest } from '@/lib/use_latest';
import { neighbour, type View, wantedOf } from './inventory_search';
import { toggled } from './resource_table';
import { useNews, useResources } from './use_resources';
import { useView } from './use_view';

const kMostTagKeys = 30;

// The same object as long as it says the same, so that the query is not a new one at each render.
function useStable<T>(value: T): T {
  const text = JSON.stringify(value);
  return useMemo(() => JSON.parse(text) as T, [text]);
}

// Everything that the page knows and does, apart from how it looks.
export function useInventory() {
  const [view, setView] = useView();
  const scope = useScope();
  const wanted = useStable(wantedOf(view, scope));
  const resources = useResources(wanted);
  const { rows, reload } = resources;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [active, setActive] = useState(-1);
  const scroller = useRef<HTMLDivElement>(null);
  const news = useNews(scroller, reload, chosen.size === 0 && !view.id && active < 0);
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
    const next = view.id ? neighbour(ids, view.id, step) : undefined;
    if (!next) return;
    setActive(ids.indexOf(next));
    setView({ id: next }, true);
  };
  const error = resources.query.error instanceof ApiError ? resources.query.error : undefined;
  const selection = { chosen, set: setChosen };
  useKeys({ ids, active, setActive, view, setView, selection, wanted });
  return {
    view,
    setView,
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
  };
}

interface KeysProps {
  ids: string[];
  active: number;
  setActive: (index: number) => void;
  view: View;
  setView: (change: Partial<View>, replace?: boolean) => void;
  selection: { chosen: ReadonlySet<string>; set: (next: ReadonlySet<string>) => void };
  wanted: Parameters<typeof exportUrl>[0];
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
        run: () => location.assign(exportUrl(latest.current.wanted, 'csv')),
      },
    ];
  }, [latest]);
  useShortcuts('Inventory', shortcuts);
}
