import { type FocusEvent, type KeyboardEvent, useEffect, useMemo, useState } from 'react';
import type { TopologyNode } from '@/api/types';
import { Icon } from '@/components/icons';
import { MiddleText } from '@/components/middle_text';
import { plural } from '@/lib/format';
import { kindOf } from './marks';
import { NodeCount, NodeGaps, NodeMark } from './node_mark';
import { kRoot } from './paths';
import type { Levels } from './scene';
import type { Overlay } from './topology_search';
import { rowsOf, type TreeRow } from './tree_rows';
import classes from './topology.module.css';

interface Props {
  levels: Levels;
  open: readonly string[];
  overlay: Overlay;
  filter: string;
  chosen: string | undefined;
  onFold: (path: string, open: boolean) => void;
  onOpen: (id: string) => void;
  onGaps: (path: string) => void;
  onMore: (filter: string) => void;
  onRetry: () => void;
  need: (paths: readonly string[]) => void;
}

// Where the keyboard is in the tree, and what its keys do.
function useTreeKeys(rows: readonly TreeRow[], { onFold, onOpen, onGaps, onMore, onRetry }: Props) {
  const [active, setActive] = useState<string>();
  const found = rows.findIndex((row) => row.path === active);
  const at = Math.max(0, found);
  const go = (index: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (!row) return;
    setActive(row.path);
    document.getElementById(`tree-${row.path}`)?.focus();
  };
  const act = (row: TreeRow) => {
    setActive(row.path);
    if (row.kind === 'error') onRetry();
    else if (row.kind === 'more') onMore(row.filter);
    else if (row.kind !== 'node') return;
    else if (row.open !== undefined) onFold(row.path, !row.open);
    else if (row.node.kind === 'resource') onOpen(row.node.key);
    else onGaps(row.parent);
  };
  // Past what is under way: it will not be there when its answer is.
  const step = (by: 1 | -1) => {
    let next = at + by;
    while (rows[next]?.kind === 'loading') next += by;
    if (rows[next]) go(next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at];
    if (!row) return;
    const folded = row.kind === 'node' ? row.open : undefined;
    if (event.key === 'ArrowDown') step(1);
    else if (event.key === 'ArrowUp') step(-1);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(rows.length - 1);
    else if (event.key === 'ArrowRight' && folded === false) onFold(row.path, true);
    else if (event.key === 'ArrowRight' && folded && rows[at + 1]?.kind !== 'loading') go(at + 1);
    else if (event.key === 'ArrowLeft' && folded) onFold(row.path, false);
    else if (event.key === 'ArrowLeft') go(rows.findIndex((each) => each.path === row.parent));
    else if (event.key === 'Enter' || event.key === ' ') act(row);
    else return;
    event.preventDefault();
  };
  // However the focus came to an item, the keys go on from there.
  const onFocus = ({ target }: FocusEvent) => {
    const row = rows.find((each) => target.id === `tree-${each.path}`);
    if (row) setActive(row.path);
  };
  return { at, act, onKeyDown, onFocus };
}

// The same as the map, as a tree: for screen readers, for the keyboard, for small windows.
export function TopologyTree(props: Props) {
  const { levels, open, overlay, filter, chosen, need } = props;
  const unfolded = useMemo(() => new Set(open), [open]);
  useEffect(() => need([kRoot, ...open]), [need, open]);
  const rows = rowsOf(levels, unfolded, filter);
  const { at, act, onKeyDown, onFocus } = useTreeKeys(rows, props);
  return (
    <div
      className={classes.tree}
      role="tree"
      aria-label="The estate"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      {rows.map((row, index) => (
        // The keys of the tree are those of its items.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
        <div
          key={row.path}
          id={`tree-${row.path}`}
          role="treeitem"
          aria-level={row.depth}
          aria-posinset={row.position}
          aria-setsize={row.siblings}
          aria-expanded={row.kind === 'node' ? row.open : undefined}
          aria-selected={row.kind === 'node' && row.node.kind === 'resource' && row.node.key === chosen}
          tabIndex={index === at ? 0 : -1}
          className={classes.treeRow}
          data-kind={row.kind === 'node' ? row.node.kind : row.kind}
          style={{ paddingLeft: 8 + (row.depth - 1) * 18 }}
          onClick={() => act(row)}
        >
          <RowOf row={row} overlay={overlay} />
        </div>
      ))}
    </div>
  );
}

function RowOf({ row, overlay }: { row: TreeRow; overlay: Overlay }) {
  if (row.kind === 'loading' || row.kind === 'empty') {
    return <span className="hm-muted">{row.kind === 'loading' ? 'Loading' : 'Nothing is in it'}</span>;
  }
  if (row.kind === 'error') {
    return <span className={classes.bad}>It could not be read: {row.message}. Press to try again</span>;
  }
  if (row.kind === 'more') {
    return (
      <span className={classes.link}>
        {plural(row.groups, 'more')}, {plural(row.resources, 'resource')}: look in the inventory
      </span>
    );
  }
  return <NodeRow node={row.node} open={row.open} overlay={overlay} />;
}

interface NodeRowProps {
  node: TopologyNode;
  open: boolean | undefined;
  overlay: Overlay;
}

function NodeRow({ node, open, overlay }: NodeRowProps) {
  return (
    <>
      <span className={classes.fold} data-open={open || undefined} aria-hidden="true">
        {open === undefined ? null : <Icon name="right" size={12} />}
      </span>
      <span className={classes.treeKind}>{kindOf(node)}</span>
      <span className={classes.treeTitle}>
        <MiddleText text={node.title} />
        {node.resource && node.resource.key !== node.title ? (
          <span className={classes.treeKey}>
            <MiddleText text={node.resource.key} mono />
          </span>
        ) : null}
      </span>
      <NodeCount node={node} />
      {node.kind === 'unknown' ? null : <NodeMark node={node} overlay={overlay} />}
      <NodeGaps node={node} />
    </>
  );
}
