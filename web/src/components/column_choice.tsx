import { ColumnChooser } from '@/components/column_chooser';
import { setColumns, usePrefs } from '@/lib/prefs';

export interface Choosable {
  key: string;
  title: string;
  hideTitle?: boolean; // a column of buttons: nobody puts it away
  fixed?: boolean; // what a row cannot be told by without; the first column is one by itself
}

const isFixed = (column: Choosable, index: number) =>
  index === 0 || column.fixed === true || column.hideTitle === true;

// Whether there is a column that can be put away.
export const canChoose = (columns: readonly Choosable[]) =>
  columns.some((column, index) => !isFixed(column, index));

// Of the columns of a table those that the person wants to see, in the table's own order.
export function useShown<C extends Choosable>(name: string, columns: readonly C[]): readonly C[] {
  const chosen = usePrefs().columns[name];
  if (chosen === undefined) return columns;
  return columns.filter((column, index) => isFixed(column, index) || chosen.includes(column.key));
}

interface Props {
  name: string; // by which the choice is kept
  columns: readonly Choosable[];
  small?: boolean;
}

export function ColumnChoice({ name, columns, small = false }: Props) {
  const shown = useShown(name, columns);
  const choices = columns
    .map((column, index) => ({ ...column, fixed: isFixed(column, index) }))
    .filter((column) => column.hideTitle !== true);
  return (
    <ColumnChooser
      small={small}
      groups={[{ choices }]}
      shown={shown.map((column) => column.key)}
      onChange={(next) => setColumns(name, next)}
      onReset={() => setColumns(name, undefined)}
    />
  );
}
