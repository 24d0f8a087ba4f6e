import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { cancelQuery, runQuery, type Table } from '@/api/query';
import { Dialog } from '@/components/dialog';
import { ErrorState, Skeleton } from '@/components/states';
import { type ColumnFigures, figuresOf, statsSql, tellsUnknown } from '@/lib/column_stats';
import { count } from '@/lib/format';
import { UnknownNotice } from './unknown_notice';
import classes from './column_stats.module.css';

export interface Asked {
  table: Table;
  column: string;
}

interface Props {
  asked: Asked | undefined;
  at: string; // empty: now
  onClose: () => void;
}

export function ColumnStats({ asked, at, onClose }: Props) {
  return (
    <Dialog
      open={asked !== undefined}
      onClose={onClose}
      label={asked ? `${asked.table.name}.${asked.column}` : ''}
    >
      {asked ? <Body {...asked} at={at} /> : null}
    </Dialog>
  );
}

function Body({ table, column, at }: Asked & { at: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['column-stats', table.name, column, at],
    queryFn: ({ signal }) => {
      // Who closes the dialog does not wait for the answer, so nobody should.
      signal.addEventListener('abort', () => void cancelQuery().catch(() => {}));
      return runQuery({ sql: statsSql(table, column), ...(at ? { at } : {}) });
    },
    meta: { tells: true },
    retry: false,
    gcTime: 0,
  });
  if (error) return <ErrorState error={error} what="The statistics" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={8} height={20} />;
  const figures = figuresOf(data.rows);
  const description = table.columns.find(({ name }) => name === column)?.description;
  return (
    <div className={classes.body}>
      {description ? <p className="hm-muted">{description}</p> : null}
      <UnknownNotice trust={data} />
      <Figures figures={figures} told={tellsUnknown(table)} />
      <Top figures={figures} />
    </div>
  );
}

function Figure({ title, children, wide }: { title: string; children: ReactNode; wide?: boolean }) {
  return (
    <div className={classes.figure} data-wide={wide || undefined}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const shown = (text: string | null) =>
  text === null ? <span className="hm-muted">no value</span> : <code>{text}</code>;

// A table that does not tell row by row what is unknown gives no number for it: the notice above says what it is.
function Figures({ figures, told }: { figures: ColumnFigures; told: boolean }) {
  return (
    <dl className={classes.figures}>
      <Figure title="Rows">{count(figures.rows)}</Figure>
      <Figure title="Distinct">{count(figures.distinct)}</Figure>
      <Figure title="Null">{count(figures.nulls)}</Figure>
      <Figure title="Unknown">
        {told ? count(figures.unknown) : <span className="hm-muted">not told by this table</span>}
      </Figure>
      <Figure title="Least" wide>
        {shown(figures.least)}
      </Figure>
      <Figure title="Greatest" wide>
        {shown(figures.greatest)}
      </Figure>
    </dl>
  );
}

function Top({ figures }: { figures: ColumnFigures }) {
  const { top, distinct } = figures;
  if (top.length === 0) return <p className="hm-muted">No value is known.</p>;
  const most = Math.max(...top.map(({ rows }) => rows));
  return (
    <table className={classes.top}>
      <caption>
        {distinct > top.length
          ? `The ${top.length} most frequent of ${count(distinct)} values`
          : 'Its values'}
      </caption>
      <thead className="hm-sr">
        <tr>
          <th scope="col">Value</th>
          <th scope="col">Rows</th>
        </tr>
      </thead>
      <tbody>
        {top.map(({ value, rows }) => (
          <tr key={value}>
            <td>
              <code>{value === '' ? '(empty text)' : value}</code>
              <span className={classes.track} aria-hidden="true">
                <span className={classes.bar} style={{ width: `${(rows / most) * 100}%` }} />
              </span>
            </td>
            <td className="hm-num">{count(rows)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
