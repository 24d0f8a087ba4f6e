// What the live connection last said, for every component that shows it or reacts to it.
import { useEffect, useSyncExternalStore } from 'react';
import type { LiveItem, LiveState } from '@/lib/live';

export interface LiveStatus {
  state: LiveState;
  heardAt: number; // milliseconds
}

let status: LiveStatus = { state: 'connecting', heardAt: Date.now() };
let retry = () => {};
const statusListeners = new Set<() => void>();
const changeListeners = new Set<(items: LiveItem[] | 'all') => void>();

export const liveStore = {
  setStatus(next: LiveStatus) {
    status = next;
    for (const listener of statusListeners) listener();
  },
  setRetry(run: () => void) {
    retry = run;
  },
  retry: () => retry(),
  changed(items: LiveItem[]) {
    for (const listener of changeListeners) listener(items);
  },
  // Too much changed to be told one by one.
  reset() {
    for (const listener of changeListeners) listener('all');
  },
};

function subscribe(listener: () => void) {
  statusListeners.add(listener);
  return () => statusListeners.delete(listener);
}

export const useLiveStatus = () => useSyncExternalStore(subscribe, () => status);

// Calls back with every batch of changes; 'all': anything may have changed. Give a stable function.
export function useLiveChanges(listener: (items: LiveItem[] | 'all') => void) {
  useEffect(() => {
    changeListeners.add(listener);
    return () => {
      changeListeners.delete(listener);
    };
  }, [listener]);
}
