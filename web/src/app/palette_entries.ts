import type { IconName } from '@/components/icons';

export interface Entry {
  id: string;
  group: string;
  icon: IconName;
  title: string;
  note?: string | undefined;
  why?: string | undefined; // where the typed text was found
  run: () => void;
}

export interface Group {
  group: string;
  items: { entry: Entry; index: number }[];
}

// Neighbours of one group together, each with its place in the whole list (the arrow keys walk that).
export function grouped(entries: readonly Entry[]): Group[] {
  const groups: Group[] = [];
  entries.forEach((entry, index) => {
    const last = groups.at(-1);
    if (last?.group === entry.group) last.items.push({ entry, index });
    else groups.push({ group: entry.group, items: [{ entry, index }] });
  });
  return groups;
}
