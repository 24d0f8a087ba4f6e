// What a person has chosen. Never anything of the estate. The server keeps it (app/preference_sync.tsx); the copy here is for
// the first paint, and for the pages before the login.
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
  columns: Record<string, string[]>; // of each table where they were chosen, in order
  recent: Recent[]; // of the person who is logged in
}

const kKey = 'hm-prefs';
const kOwnerKey = 'hm-prefs-of'; // whose they are: two may share a browser
const kUntoldKey = 'hm-prefs-untold';
const kRecentKey = 'hm-recent'; // with the person's name
const kMostRecent = 6;
const defaults: Prefs = {
  zone: 'local',
  density: 'normal',
  rail: 'wide',
  singleKeys: true,
  columns: {},
  recent: [],
};

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

export const getPrefs = () => current;
export const usePrefs = () => useSyncExternalStore(subscribe, getPrefs, getPrefs);

export function withRecent(before: readonly Recent[], visited: Recent): Recent[] {
  return [visited, ...before.filter((other) => other.path !== visited.path)].slice(0, kMostRecent);
}

// undefined: they are of a version that did not say, or of nobody yet.
export const prefsOwner = () => read<string | undefined>(kOwnerKey, undefined);

// From here on the choices and visits are this person's. Whoever used this browser before keeps theirs on the server.
export function enter(name: string) {
  if (name === person) return;
  const owner = prefsOwner();
  person = name;
  const kept = owner === undefined || owner === name ? current : defaults;
  become({ ...kept, recent: read<Recent[]>(`${kRecentKey} ${person}`, []) });
}

// What the server keeps of this person has been taken over.
export function settlePrefs(change: Partial<Omit<Prefs, 'recent'>>) {
  setPrefs(change);
  write(kOwnerKey, person);
}

// Whether something was chosen here that the server was not told yet.
export const isUntold = () => read<boolean>(kUntoldKey, false);
export const setUntold = (untold: boolean) => write(kUntoldKey, untold);

export function setColumns(table: string, columns: string[] | undefined) {
  const { [table]: _before, ...others } = current.columns;
  setPrefs({ columns: columns ? { ...others, [table]: columns } : others });
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
