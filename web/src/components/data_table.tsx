import type { ReactNode } from 'react';
import { ColumnChooser } from '@/components/column_chooser';
import { setColumns, usePrefs } from '@/lib/prefs';
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
  name?: string; // by which the choice of columns is kept: for tables of more columns than one takes in at a glance
}

// Which columns are shown, in the table's own order, and the control to choose them by.
function useChosen<Row>(name: string | undefined, columns: readonly Column<Row>[]) {
  const { columns: kept } = usePrefs();
  const chosen = name === undefined ? undefined : kept[name];
  const isFixed = (column: Column<Row>, index: number) => index === 0 || column.hideTitle === true;
  const shown = columns.filter(
    (column, index) => chosen === undefined || isFixed(column, index) || chosen.includes(column.key),
  );
  const chooser =
    name === undefined ? null : (
      <ColumnChooser
        small
        groups={[
          {
            choices: columns
              .map((column, index) => ({ ...column, fixed: isFixed(column, index) }))
              .filter((column) => column.hideTitle !== true),
          },
        ]}
        shown={shown.map((column) => column.key)}
        onChange={(next) => setColumns(name, next)}
        onReset={() => setColumns(name, undefined)}
      />
    );
  return { shown, chooser };
}

// A plain table of some dozen rows; at phone width each row becomes a card with its titles.
export function DataTable<Row>({ label, columns, rows, keyOf, name }: Props<Row>) {
  const { shown, chooser } = useChosen(name, columns);
  return (
    <div className={classes.box} data-tools={chooser ? true : undefined}>
      {chooser ? <div className={classes.tools}>{chooser}</div> : null}
      <div className={classes.frame}>
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
      </div>
    </div>
  );
}
