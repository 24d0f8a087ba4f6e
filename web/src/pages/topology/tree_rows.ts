// The rows of the list: what is unfolded, and in it what is known, what is under way and what could not be read.
import type { TopologyNode } from '@/api/types';
import { canOpen, inventoryFilter, kRoot, pathOf } from './paths';
import type { Levels } from './scene';

interface Place {
  path: string;
  parent: string;
  depth: number; // 1 at the top
  position: number; // within its parent, from 1
  siblings: number;
}
export type TreeRow = Place &
  (
    | { kind: 'node'; node: TopologyNode; open: boolean | undefined } // undefined: nothing can be in it
    | { kind: 'loading' }
    | { kind: 'empty' }
    | { kind: 'error'; message: string }
    | { kind: 'more'; groups: number; resources: number; filter: string }
  );

function add(
  rows: TreeRow[],
  levels: Levels,
  open: ReadonlySet<string>,
  parent: string,
  depth: number,
  filter: string,
) {
  const level = levels.get(parent);
  const alone = { path: `${parent}/!`, parent, depth, position: 1, siblings: 1 };
  if (!level?.data) {
    rows.push(
      level?.error
        ? { ...alone, kind: 'error', message: level.error.message }
        : { ...alone, kind: 'loading' },
    );
    return;
  }
  const { items, more } = level.data;
  if (items.length === 0) {
    rows.push({ ...alone, kind: 'empty' });
    return;
  }
  const siblings = items.length + (more.groups > 0 ? 1 : 0);
  items.forEach((node, index) => {
    const path = pathOf(parent, node);
    const folded = canOpen(node) ? open.has(path) : undefined;
    rows.push({ kind: 'node', node, open: folded, path, parent, depth, position: index + 1, siblings });
    if (folded) add(rows, levels, open, path, depth + 1, filter);
  });
  if (more.groups > 0) {
    const place = { ...alone, position: siblings, siblings };
    rows.push({ ...place, kind: 'more', ...more, filter: inventoryFilter(parent, filter) });
  }
}

export function rowsOf(levels: Levels, open: ReadonlySet<string>, filter: string): TreeRow[] {
  const rows: TreeRow[] = [];
  add(rows, levels, open, kRoot, 1, filter);
  return rows;
}
