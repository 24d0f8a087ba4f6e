// The shortcuts that are in force now: each part of the page brings its own while it is shown.
import { useEffect, useSyncExternalStore } from 'react';
import { isTyping, KeySequence, type Shortcut } from '@/lib/shortcuts';

let groups: readonly { title: string; shortcuts: readonly Shortcut[] }[] = [];
const listeners = new Set<() => void>();

function update(next: typeof groups) {
  groups = next;
  for (const listener of listeners) listener();
}

// Give a stable list (useMemo), or the registration is done anew at each render.
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]) {
  useEffect(() => {
    const group = { title, shortcuts };
    update([...groups, group]);
    return () => update(groups.filter((other) => other !== group));
  }, [title, shortcuts]);
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useShortcutGroups = () => useSyncExternalStore(subscribe, () => groups);

// The latest registered wins, so that an open drawer can take over a key.
function find(keys: string): Shortcut | undefined {
  return groups.flatMap((group) => group.shortcuts).findLast((shortcut) => shortcut.keys === keys);
}

// One listener for the whole page. Single letters are off while typing, in dialogs, and by preference.
export function listenForShortcuts(singleKeys: () => boolean): () => void {
  const sequence = new KeySequence();
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented) return;
    const modified = event.ctrlKey || event.metaKey;
    const inDialog = document.querySelector('dialog[open]') !== null;
    if (!modified && (isTyping(event.target) || inDialog || !singleKeys())) return;
    const keys = sequence.press(event, event.timeStamp, (name) => find(name) !== undefined);
    const shortcut = keys === undefined ? undefined : find(keys);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.run();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
