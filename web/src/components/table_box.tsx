import type { ReactNode } from 'react';
import { type Choosable, canChoose, ColumnChoice } from '@/components/column_choice';
import classes from '@/components/table_box.module.css';

interface Props {
  name: string; // by which the choice of columns is kept
  columns: readonly Choosable[];
  children: ReactNode; // the table
}

// Around a table: it scrolls aside by itself, and the mark in the corner of its head chooses the columns.
export function TableBox({ name, columns, children }: Props) {
  const chooses = canChoose(columns);
  return (
    <div className={classes.box} data-tools={chooses || undefined}>
      {chooses ? (
        <div className={classes.tools}>
          <ColumnChoice small name={name} columns={columns} />
        </div>
      ) : null}
      <div className={classes.frame}>{children}</div>
    </div>
  );
}
