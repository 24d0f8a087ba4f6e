import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { setColumns, usePrefs } from '@/lib/prefs';
import { kDefaultColumns, searchOf, type View, viewOf } from './inventory_search';

const kTable = 'inventory';

// The URL is the store of the page: reading gives the view, changing it walks to another URL.
export function useView(): [View, (change: Partial<View>, replace?: boolean) => void] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const { filter, sort, order, columns, id } = search;
  const { columns: preferred } = usePrefs();
  const view = useMemo(
    () => viewOf({ filter, sort, order, columns, id }, preferred[kTable]),
    [filter, sort, order, columns, id, preferred],
  );
  const change = useCallback(
    (part: Partial<View>, replace = false) =>
      void navigate({
        to: '.',
        replace,
        search: (before: Record<string, string | undefined>) => ({
          ...before,
          ...searchOf({ ...viewOf(before), ...part }),
          // Those that nobody has chosen here are not written down.
          ...(part.columns ? {} : { columns: before['columns'] }),
        }),
      }),
    [navigate],
  );
  return [view, change];
}

// Chosen for this URL, and for whoever chose them wherever a URL names none.
export function useColumnChoice(setView: (change: Partial<View>) => void) {
  return useCallback(
    (columns: string[]) => {
      setColumns(kTable, columns.join() === kDefaultColumns.join() ? undefined : columns);
      setView({ columns });
    },
    [setView],
  );
}
