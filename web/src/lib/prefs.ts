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
  recent: Recent[]; // of the person who is logged in
}

const kKey = 'hm-prefs';
const kRecentKey = 'hm-recent'; // with the person's name: two may share a browser
const kMostRecent = 6;
const defaults: Prefs = { zone: 'local', density: 'normal', rail: 'wide', singleKeys: true, recent: [] };

function read<T>(key: string, otherwise: T): T {
  try {
    return (JSON.parse(localStorage.getItem(key) ?? 'null') as T | null) ?? otherwise;
  } catch {
    return otherwise; // storage is switched off, or holds what another version wrote
  }
}

function write(key: string, value: unknown) {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Without storage the choice lasts until the page is closed.
  }
}

let current: Prefs = { ...defaults, ...read<Partial<Prefs>>(kKey, {}), recent: [] };
let person = ''; // whose visits are the recent ones
const listeners = new Set<() => void>();

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function become(next: Prefs) {
  current = next;
  for (const listener of listeners) listener();
}

export function setPrefs(change: Partial<Omit<Prefs, 'recent'>>) {
  become({ ...current, ...change });
  const { recent: _recent, ...kept } = current;
  write(kKey, kept);
}

export const usePrefs = () => useSyncExternalStore(subscribe, () => current);

export function withRecent(before: readonly Recent[], visited: Recent): Recent[] {
  return [visited, ...before.filter((other) => other.path !== visited.path)].slice(0, kMostRecent);
}

// From here on the visits are this person's.
export function enter(name: string) {
  if (name === person) return;
  person = name;
  become({ ...current, recent: read<Recent[]>(`${kRecentKey} ${person}`, []) });
}

export function remember(visited: Recent) {
  become({ ...current, recent: withRecent(current.recent, visited) });
  write(`${kRecentKey} ${person}`, current.recent);
}

// Who logs out leaves no trace of where they were.
export function forgetVisits() {
  try {
    localStorage.removeItem(`${kRecentKey} ${person}`);
  } catch {
    // Nothing was kept then.
  }
  become({ ...current, recent: [] });
}
