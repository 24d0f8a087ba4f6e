import type { ReactNode } from 'react';
import classes from '@/components/data_table.module.css';

export interface Column<Row> {
  key: string;
  title: string;
  cell: (row: Row) => ReactNode;
  number?: boolean; // right-aligned
  hideTitle?: boolean; // a column of buttons
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

// A plain table of some dozen rows; at phone width each row becomes a card with its titles.
export function DataTable<Row>({ label, columns, rows, keyOf }: Props<Row>) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" data-number={column.number || undefined}>
                {column.hideTitle ? <span className="hm-sr">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((column) => (
                <td
                  key={column.key}
                  data-number={column.number || undefined}
                  data-label={column.hideTitle ? undefined : column.title}
                >
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
