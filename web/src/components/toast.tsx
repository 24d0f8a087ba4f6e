import { useSyncExternalStore } from 'react';
import { Icon } from '@/components/icons';
import classes from '@/components/toast.module.css';

// Short notes at the foot of the page, read out politely. Nothing that must be read is only said here.
interface Note {
  id: number;
  text: string;
  bad: boolean;
}

const kShownMs = 5000;
const kMost = 3;
let notes: readonly Note[] = [];
let next = 1;
const listeners = new Set<() => void>();

function update(change: readonly Note[]) {
  notes = change;
  for (const listener of listeners) listener();
}

// The same words once: six panels that cannot reach the server say one thing.
function add(text: string, bad: boolean) {
  const id = next;
  next += 1;
  const others = notes.filter((note) => note.text !== text);
  update([...others, { id, text, bad }].slice(-kMost));
  setTimeout(() => update(notes.filter((note) => note.id !== id)), kShownMs);
}

export const announce = (text: string) => add(text, false);
export const announceFailure = (text: string) => add(text, true);

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => notes);
  return (
    <div className={classes.stack} role="status" aria-live="polite">
      {shown.map((note) => (
        <div key={note.id} className={classes.note} data-bad={note.bad || undefined}>
          <Icon name={note.bad ? 'warning' : 'check'} />
          {note.text}
        </div>
      ))}
    </div>
  );
}
