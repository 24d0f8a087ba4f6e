import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { ApiError } from '@/api/client';
import { kTopology, type TopologyFilter, topologyQuery } from '@/api/topology';
import { useScope } from '@/components/scope';
import { useLiveChanges } from '@/lib/live_store';
import { Refresh } from '@/lib/refresh';
import { kRoot, spotOf } from './paths';
import type { Levels } from './scene';
import { searchOf, type View, viewOf } from './topology_search';

const kRenewMs = 3_000;

// What changed is asked again, at most so often; what is shown stays until the answer is there.
function useRenewal() {
  const client = useQueryClient();
  const refresh = useMemo(
    () =>
      new Refresh(
        {
          after: (ms, run) => {
            const timer = setTimeout(run, ms);
            return () => clearTimeout(timer);
          },
          busy: (key) => client.isFetching({ queryKey: [key] }) > 0,
          ask: (key) => void client.invalidateQueries({ queryKey: [key] }, { cancelRefetch: false }),
        },
        kRenewMs,
      ),
    [client],
  );
  useEffect(() => () => refresh.stop(), [refresh]);
  useLiveChanges(useCallback(() => refresh.want([kTopology]), [refresh]));
}

// The levels that the page asks for, read side by side.
function useLevels(paths: readonly string[], wanted: TopologyFilter) {
  const queries = useQueries({ queries: paths.map((path) => topologyQuery(spotOf(path), wanted)) });
  const levels: Levels = new Map(paths.map((path, index) => [path, queries[index] ?? {}]));
  const retry = () => {
    for (const query of queries) if (query.error) void query.refetch();
  };
  return { levels, retry };
}

const kRootOnly: readonly string[] = [kRoot];

export function useTopology() {
  const search = useSearch({ strict: false }) as Record<string, string | undefined>;
  const navigate = useNavigate();
  const scope = useScope();
  const key = JSON.stringify(searchOf(viewOf(search)));
  const view = useMemo(() => viewOf(JSON.parse(key) as Record<string, string>), [key]);
  const setView = useCallback(
    (change: Partial<View>, replace = false) =>
      void navigate({
        to: '.',
        replace,
        search: (before: Record<string, string | undefined>) => ({
          ...before,
          ...searchOf({ ...viewOf(before), ...change }),
        }),
      }),
    [navigate],
  );
  const [needed, setNeeded] = useState(kRootOnly);
  const need = useCallback(
    (paths: readonly string[]) =>
      setNeeded((before) => (before.join('\n') === paths.join('\n') ? before : paths)),
    [],
  );
  const { filter } = view;
  const wanted = useMemo(() => ({ ...scope, ...(filter ? { filter } : {}) }), [scope, filter]);
  const { levels, retry } = useLevels(needed, wanted);
  useRenewal();
  const root = levels.get(kRoot);
  const error = root?.error instanceof ApiError ? root.error : undefined;
  return { view, setView, levels, need, retry, root, error };
}
