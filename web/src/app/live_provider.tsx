import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { sessionQuery } from '@/api/session';
import { scanQuery } from '@/api/sweep';
import type { Scan } from '@/api/types';
import { Live, type LiveHost, type LiveItem, type Socket } from '@/lib/live';
import { liveStore } from '@/lib/live_store';

// Answers that are counted over everything are asked again at most this often.
const kSummaryMs = 3_000;

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

// Keeps the connection while somebody is logged in, and carries its news to the caches.
export function LiveProvider({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  useEffect(() => {
    let pending: ReturnType<typeof setTimeout> | undefined;
    let wasScanning = false;
    const refreshCounts = () => {
      pending ??= setTimeout(() => {
        pending = undefined;
        for (const key of ['summary', 'coverage', 'sweeps', 'accounts', 'findings', 'rules']) {
          void client.invalidateQueries({ queryKey: [key] });
        }
      }, kSummaryMs);
    };
    const onChanges = (items: LiveItem[]) => {
      for (const item of items) {
        if (item.noun === 'finding') void client.invalidateQueries({ queryKey: ['finding', item.id] });
        if (item.noun === 'resource') void client.invalidateQueries({ queryKey: ['resource', item.id] });
      }
      refreshCounts();
      liveStore.changed(items);
    };
    const live = new Live(host, {
      onState: (state, heardAt) => liveStore.setStatus({ state, heardAt }),
      onChanges,
      onReset: () => void client.invalidateQueries(),
      onScan: (scan) => {
        const now = scan as Scan;
        client.setQueryData(scanQuery.queryKey, now);
        if (now.running || wasScanning) refreshCounts();
        wasScanning = now.running;
      },
      onSessionEnd: () => client.setQueryData(sessionQuery.queryKey, null),
    });
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
      clearTimeout(pending);
      live.stop();
    };
  }, [client]);
  return children;
}
