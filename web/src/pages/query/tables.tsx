import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { tablesQuery } from '@/api/query';
import { ErrorState, Skeleton } from '@/components/states';
import classes from './query.module.css';

export function Tables({ onPick }: { onPick: (table: string) => void }) {
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
          <li key={table.name}>
            <details>
              <summary className={classes.summary}>
                <code>{table.name}</code>
                <span className={classes.title}>{table.title}</span>
              </summary>
              <button type="button" className={classes.pick} onClick={() => onPick(table.name)}>
                Select from it
              </button>
              <dl className={classes.fields}>
                {table.columns.map((column) => (
                  <div key={column.name} title={column.description}>
                    <dt>{column.name}</dt>
                    <dd>{column.type}</dd>
                  </div>
                ))}
              </dl>
            </details>
          </li>
        ))}
      </ul>
      {found.length === 0 ? <p className="hm-muted">No table fits.</p> : null}
    </>
  );
}
