import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { sessionQuery } from '@/api/session';
import { scanQuery } from '@/api/sweep';
import type { Scan } from '@/api/types';
import { Live, type LiveHandlers, type LiveHost, type Socket } from '@/lib/live';
import { liveStore } from '@/lib/live_store';
import { Refresh } from '@/lib/refresh';

// Answers that are counted over everything are asked again at most this often.
const kSummaryMs = 3_000;
const kCounted = ['summary', 'coverage', 'sweeps', 'accounts', 'findings', 'rules', 'tags'] as const;
// Lists that may be thousands of rows long are renewed by whoever shows them: they have a button for the news.
const kLists: ReadonlySet<unknown> = new Set(['resources', 'finding-list', 'changes']);

function openSocket(since: number | undefined): Socket {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const query = since === undefined ? '' : `?since=${since}`;
  const socket = new WebSocket(`${scheme}://${location.host}/api/v1/live${query}`);
  const out: Socket = { hear: null, lost: null, close: () => socket.close() };
  socket.addEventListener('message', (event) => out.hear?.(String(event.data)));
  socket.addEventListener('close', (event) => out.lost?.(event.code));
  return out;
}

const host: LiveHost = {
  open: openSocket,
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

function handlersFor(client: QueryClient, refresh: Refresh): LiveHandlers {
  let wasScanning = false;
  return {
    // How a scan goes is told only when it changes, so its end may have been told to nobody here.
    onHello: (again) => {
      void client.invalidateQueries({ queryKey: scanQuery.queryKey });
      if (again) refresh.want(kCounted);
    },
    onState: (state, heardAt) => liveStore.setStatus({ state, heardAt }),
    onChanges: (items) => {
      for (const item of items) {
        if (item.noun === 'finding' || item.noun === 'resource') {
          void client.invalidateQueries({ queryKey: [item.noun, item.id] });
        }
        // Who made changes that are shown already may be known now.
        if (item.noun === 'trail') {
          void client.invalidateQueries({ queryKey: ['change'] });
          void client.invalidateQueries({ queryKey: ['changes'] });
        }
      }
      refresh.want(kCounted);
      liveStore.changed(items);
    },
    onReset: () => {
      void client.invalidateQueries({ predicate: ({ queryKey }) => !kLists.has(queryKey[0]) });
      liveStore.reset();
    },
    onScan: (scan) => {
      const now = scan as Scan;
      client.setQueryData(scanQuery.queryKey, now);
      if (now.running || wasScanning) refresh.want(kCounted);
      wasScanning = now.running;
    },
    onSessionEnd: () => client.setQueryData(sessionQuery.queryKey, null),
  };
}

// Keeps the connection while somebody is logged in, and carries its news to the caches.
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  useEffect(() => {
    const refresh = new Refresh(
      {
        after: host.after,
        busy: (key) => client.isFetching({ queryKey: [key] }) > 0,
        ask: (key) => void client.invalidateQueries({ queryKey: [key] }, { cancelRefetch: false }),
      },
      kSummaryMs,
    );
    const live = new Live(host, handlersFor(client, refresh));
    const wake = () => {
      if (document.visibilityState === 'visible') live.retryNow();
    };
    liveStore.setRetry(() => live.retryNow());
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    live.start();
    return () => {
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
      refresh.stop();
      live.stop();
    };
  }, [client]);
  return children;
}
