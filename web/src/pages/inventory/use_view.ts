import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { searchOf, type View, viewOf } from './inventory_search';

// The URL is the store of the page: reading gives the view, changing it walks to another URL.
export function useView(): [View, (change: Partial<View>, replace?: boolean) => void] {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const { filter, sort, order, columns, id } = search;
  const view = useMemo(
    () => viewOf({ filter, sort, order, columns, id }),
    [filter, sort, order, columns, id],
  );
  const change = useCallback(
    (part: Partial<View>, replace = false) =>
      void navigate({
        to: '.',
        replace,
        search: (before: Record<string, string | undefined>) => ({
          ...before,
          ...searchOf({ ...viewOf(before), ...part }),
        }),
      }),
    [navigate],
  );
  return [view, change];
}
