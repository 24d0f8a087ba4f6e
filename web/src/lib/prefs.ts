// What a person has chosen in this browser. Never anything of the estate.
import { useSyncExternalStore } from 'react';
import type { Zone } from '@/lib/time';

export interface Recent {
  title: string;
  path: string;
}

export interface Prefs {
  zone: Zone;
  density: 'compact' | 'normal' | 'comfortable';
  rail: 'wide' | 'narrow';
  singleKeys: boolean;
  recent: Recent[];
}

const kKey = 'hm-prefs';
const kMostRecent = 6;
const defaults: Prefs = { zone: 'local', density: 'normal', rail: 'wide', singleKeys: true, recent: [] };

function read(): Prefs {
  try {
    return { ...defaults, ...(JSON.parse(localStorage.getItem(kKey) ?? '{}') as Partial<Prefs>) };
  } catch {
    return defaults; // storage is switched off, or holds what another version wrote
  }
}

let current = typeof localStorage === 'undefined' ? defaults : read();
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function setPrefs(change: Partial<Prefs>) {
  current = { ...current, ...change };
  try {
    localStorage.setItem(kKey, JSON.stringify(current));
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
  for (const listener of listeners) listener();
}

export const usePrefs = () => useSyncExternalStore(subscribe, () => current);

export function withRecent(before: readonly Recent[], visited: Recent): Recent[] {
  return [visited, ...before.filter((other) => other.path !== visited.path)].slice(0, kMostRecent);
}

export const remember = (visited: Recent) => setPrefs({ recent: withRecent(current.recent, visited) });
