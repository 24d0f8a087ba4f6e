// Which keys mean what. Sequences such as `g i` are two keys within a second.

export interface Shortcut {
  keys: string; // 'mod+k', '/', 'g i', '['
  title: string;
  run: () => void;
}

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const kSequenceMs = 1000;

export function nameOf(event: Pressed): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key;
}

// Remembers the last key, for sequences. Gives the name of the shortcut that the key completes.
export class KeySequence {
  private last = '';
  private at = 0;

  press(event: Pressed, now: number, known: (keys: string) => boolean): string | undefined {
    if (event.altKey) return undefined;
    const name = nameOf(event);
    const both = now - this.at < kSequenceMs && this.last ? `${this.last} ${name}` : '';
    this.last = both && known(both) ? '' : name;
    this.at = now;
    if (both && known(both)) return both;
    return known(name) ? name : undefined;
  }
}

// Single letters must not fire while a person types (WCAG 2.1.4).
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
