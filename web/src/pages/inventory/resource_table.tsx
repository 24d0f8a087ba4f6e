import { Checkbox } from '@mantine/core';
import { useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type RefObject, useCallback, useEffect, useMemo, useRef } from 'react';
import type { SortKey } from '@/api/resource';
import type { Resource, ScopeSearch } from '@/api/types';
import { Icon } from '@/components/icons';
import { usePrefs } from '@/lib/prefs';
import { useLatest } from '@/lib/use_latest';
import { columnsFor, features, titleOf, trackOf } from './columns';
import { isSortable, type View } from './inventory_search';
import { CardRow, EmptyRow, TableRow } from './resource_row';
import classes from './resource_table.module.css';

const kHeights = { compact: 30, normal: 36, comfortable: 44 };
const kCardHeight = 64;
const kOverscan = 8;

export interface Selection {
  chosen: ReadonlySet<string>;
  set: (next: ReadonlySet<string>) => void;
}

interface Props {
  rows: readonly Resource[]; // loaded so far
  total: number; // of the whole filtered set
  view: View;
  scope: ScopeSearch;
  onView: (change: Partial<View>) => void;
  onSort: (column: SortKey) => void;
  selection: Selection;
  active: number; // the row of the keyboard
  onActive: (index: number) => void;
  onReach: (index: number) => void; // the last row that is looked at
  scroller: RefObject<HTMLDivElement | null>;
  phone: boolean;
  busy: boolean;
}

export function ResourceTable(props: Props) {
  const { rows, total, view, onReach, scroller, phone, active } = props;
  const { density } = usePrefs();
  const height = phone ? kCardHeight : kHeights[density];
  const columns = useMemo(() => columnsFor(view.columns), [view.columns]);
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns, data, getRowId: (row) => row.id });
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: kOverscan,
  });
  useEffect(() => virtual.measure(), [virtual, height]);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => onReach(last), [last, onReach, rows.length]);
  const moved = useRef(active);
  useEffect(() => {
    if (moved.current === active) return;
    moved.current = active;
    if (active >= 0) virtual.scrollToIndex(active);
  }, [active, virtual]);
  const actions = useRowActions(props);
  const template = ['40px', ...view.columns.map(trackOf)].join(' ');
  const measures = { '--hm-columns': template, '--hm-row': `${height}px` } as CSSProperties;
  const models = table.getRowModel().rows;
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        style={measures}
        data-busy={props.busy || undefined}
        aria-busy={props.busy || undefined}
        data-phone={phone || undefined}
      >
        <div
          role="table"
          aria-label="Resources"
          aria-rowcount={total + 1}
          aria-colcount={view.columns.length + 1}
          className={classes.table}
        >
          {phone ? null : <Head {...props} />}
          <div role="rowgroup" className={classes.body} style={{ height: virtual.getTotalSize() }}>
            {items.map((item) => (
              <AnyRow
                key={models[item.index]?.id ?? item.key}
                {...props}
                {...actions}
                index={item.index}
                top={item.start}
                resource={models[item.index]?.original}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

interface AnyRowProps extends Props {
  index: number;
  top: number; // px
  resource: Resource | undefined; // undefined: not loaded yet
  onChoose: (id: string) => void;
  onOpen: (id: string, index: number) => void;
}

function AnyRow(props: AnyRowProps) {
  const { index, top, resource, view, scope, selection, active, phone, onChoose, onOpen } = props;
  if (!resource) return <EmptyRow index={index} top={top} columns={view.columns.length + 1} />;
  const Row = phone ? CardRow : TableRow;
  return (
    <Row
      index={index}
      top={top}
      resource={resource}
      columns={view.columns}
      scope={scope}
      chosen={selection.chosen.has(resource.id)}
      open={view.id === resource.id}
      active={index === active}
      onChoose={onChoose}
      onOpen={onOpen}
    />
  );
}

// The same functions for all rows and all renders.
function useRowActions(props: Props) {
  const latest = useLatest(props);
  const onChoose = useCallback(
    (id: string) => latest.current.selection.set(toggled(latest.current.selection.chosen, id)),
    [latest],
  );
  const onOpen = useCallback(
    (id: string, index: number) => {
      latest.current.onActive(index);
      latest.current.onView({ id });
    },
    [latest],
  );
  return { onChoose, onOpen };
}

export function toggled(before: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(before);
  if (!next.delete(id)) next.add(id);
  return next;
}

function Head({ rows, view, onSort, selection }: Props) {
  const all = rows.length > 0 && rows.every((row) => selection.chosen.has(row.id));
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.row}>
        <div role="columnheader" className={classes.cell}>
          <Checkbox
            size="xs"
            aria-label="Select all loaded rows"
            checked={all}
            indeterminate={!all && selection.chosen.size > 0}
            onChange={() => selection.set(all ? new Set() : new Set(rows.map((row) => row.id)))}
          />
        </div>
        {view.columns.map((column) => (
          <HeadCell key={column} column={column} view={view} onSort={onSort} />
        ))}
      </div>
    </div>
  );
}

function HeadCell({ column, view, onSort }: { column: string } & Pick<Props, 'view' | 'onSort'>) {
  if (!isSortable(column)) {
    return (
      <div role="columnheader" className={classes.cell}>
        {titleOf(column)}
      </div>
    );
  }
  const sorted = view.sort === column;
  const spoken = view.order === 'asc' ? 'ascending' : 'descending';
  return (
    <div role="columnheader" className={classes.cell} aria-sort={sorted ? spoken : 'none'}>
      <button
        type="button"
        className={classes.sort}
        data-sorted={sorted || undefined}
        onClick={() => onSort(column)}
      >
        {titleOf(column)}
        {sorted ? <Icon name={view.order === 'asc' ? 'sortUp' : 'sortDown'} size={12} /> : null}
      </button>
    </div>
  );
}
