import type { ReactNode } from 'react';
import { type Choosable, useShown } from '@/components/column_choice';
import classes from '@/components/data_table.module.css';
import { TableBox } from '@/components/table_box';

export interface Column<Row> extends Choosable {
  cell: (row: Row) => ReactNode;
  number?: boolean; // right-aligned
}

interface Props<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  name: string; // by which the choice of columns is kept
}

// A plain table of some dozen rows; at phone width each row becomes a card with its titles.
export function DataTable<Row>({ label, columns, rows, keyOf, name }: Props<Row>) {
  const shown = useShown(name, columns);
  return (
    <TableBox name={name} columns={columns}>
      <table className={classes.table} aria-label={label}>
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.key} scope="col" data-number={column.number || undefined}>
                {column.hideTitle ? <span className="hm-sr">{column.title}</span> : column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {shown.map((column) => (
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
    </TableBox>
  );
}
