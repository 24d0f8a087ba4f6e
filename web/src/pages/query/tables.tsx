import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { memo, useState } from 'react';
import { type Table, tablesQuery } from '@/api/query';
import { ErrorState, Skeleton } from '@/components/states';
import type { Asked } from './column_stats';
import classes from './query.module.css';

interface Props {
  onPick: (table: string) => void;
  onColumn: (asked: Asked) => void;
}

// Hundreds of tables stand beside the editor: they are drawn once, not at each key that is pressed in it.
export const Tables = memo(function Tables({ onPick, onColumn }: Props) {
  const { data, error, refetch } = useQuery(tablesQuery);
  const [search, setSearch] = useState('');
  if (error && !data) return <ErrorState error={error} what="The tables" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} height={20} />;
  const wanted = search.trim().toLowerCase();
  const found = data.items.filter(
    (table) =>
      table.name.includes(wanted) ||
      table.title.toLowerCase().includes(wanted) ||
      table.columns.some((column) => column.name.includes(wanted)),
  );
  return (
    <>
      <TextInput
        size="xs"
        aria-label="Search tables and columns"
        placeholder="Search tables and columns"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      <ul className={classes.tables}>
        {found.map((table) => (
          <TableItem key={table.name} table={table} onPick={onPick} onColumn={onColumn} />
        ))}
      </ul>
      {found.length === 0 ? <p className="hm-muted">No table fits.</p> : null}
    </>
  );
});

// The columns are drawn when somebody looks at them: there are thousands in all.
function TableItem({ table, onPick, onColumn }: Props & { table: Table }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary className={classes.summary}>
          <code>{table.name}</code>
          <span className={classes.title}>{table.title}</span>
        </summary>
        {open ? (
          <>
            <button type="button" className={classes.pick} onClick={() => onPick(table.name)}>
              Select from it
            </button>
            <dl className={classes.fields}>
              {table.columns.map((column) => (
                <div key={column.name} title={column.description}>
                  <dt>
                    <button
                      type="button"
                      className={classes.column}
                      aria-label={`${column.name}: what it holds`}
                      onClick={() => onColumn({ table, column: column.name })}
                    >
                      {column.name}
                    </button>
                  </dt>
                  <dd>{column.type}</dd>
                </div>
              ))}
            </dl>
          </>
        ) : null}
      </details>
    </li>
  );
}
