import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { ApiError } from '@/api/client';
import { findingsQuery } from '@/api/finding';
import { useScope } from '@/components/scope';
import { searchOf, type View, viewOf, wantedOf } from './findings_search';

// Rows are kept in the browser only up to here; who scrolls further is asked to narrow the filter.
export const kMostLoaded = 20_000;

export function useFindings() {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const scope = useScope();
  const text = JSON.stringify(searchOf(viewOf(search)));
  // The same object as long as it says the same, so that the query is not a new one at each render.
  const view = useMemo(() => viewOf(JSON.parse(text) as Record<string, string>), [text]);
  const { id: _open, ...rest } = view;
  const key = JSON.stringify(rest);
  const wanted = useMemo(
    () => wantedOf({ ...(JSON.parse(key) as Omit<View, 'id'>), id: undefined }, scope),
    [key, scope],
  );
  const query = useInfiniteQuery(findingsQuery(wanted));
  const { data, hasNextPage, isFetching, fetchNextPage } = query;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const setView = useCallback(
    (next: View, replace = false) =>
      void navigate({
        to: '.',
        replace,
        search: (before: Record<string, string | undefined>) => ({ ...before, ...searchOf(next) }),
      }),
    [navigate],
  );
  const reach = useCallback(
    (index: number) => {
      if (index >= rows.length - 1 && hasNextPage && !isFetching && rows.length < kMostLoaded)
        void fetchNextPage();
    },
    [rows.length, hasNextPage, isFetching, fetchNextPage],
  );
  const error = query.error instanceof ApiError ? query.error : undefined;
  return { view, setView, wanted, query, rows, first: data?.pages[0], reach, error };
}
