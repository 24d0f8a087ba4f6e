import { type KeyboardEvent, useMemo, useState } from 'react';
import type { Sweep } from '@/api/types';
import { OutcomeShape } from '@/components/outcome';
import { Icon } from '@/components/icons';
import { Panel } from '@/components/panel';
import { count } from '@/lib/format';
import { kOutcomes, outcomeWords } from '@/lib/outcomes';
import {
  type Matrix,
  type MatrixCell,
  type MatrixColumn,
  type MatrixRow,
  type Place,
  stopOf,
} from './matrix';
import classes from './matrix.module.css';

interface Props {
  matrix: Matrix;
  only: string | undefined; // an outcome; the others fade
  note: string | undefined;
  onOpen: (sweep: Sweep) => void;
  onFold: (service: string) => void;
}

const kSteps: Record<string, [number, number]> = {
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
};

// One stop for Tab; the arrow keys walk from cell to cell.
function useRoving(matrix: Matrix) {
  const [last, setAt] = useState<Place>([0, 0]);
  const at = useMemo(() => stopOf(matrix, last), [matrix, last]);
  const onKeyDown = (event: KeyboardEvent<HTMLTableElement>) => {
    const step = kSteps[event.key];
    if (!step || !at) return;
    event.preventDefault();
    let [row, column] = at;
    for (;;) {
      row += step[0];
      column += step[1];
      const cell = event.currentTarget.querySelector<HTMLElement>(`[data-at="${row} ${column}"]`);
      if (!cell) return;
      if (cell.tagName !== 'BUTTON') continue;
      setAt([row, column]);
      cell.focus();
      return;
    }
  };
  return { at, setAt, onKeyDown };
}

export function MatrixPanel({ matrix, only, note, onOpen, onFold }: Props) {
  const { at, setAt, onKeyDown } = useRoving(matrix);
  return (
    <Panel
      title="Accounts and regions by service"
      note={note ?? 'A cell shows the worst of its service; unfold one to see its types'}
      flush
    >
      <div className={classes.frame}>
        <table role="grid" className={classes.table} aria-label="Sweeps" onKeyDown={onKeyDown}>
          <thead>
            <tr>
              <th scope="col" rowSpan={2} className={classes.corner}>
                Account, region
              </th>
              {matrix.services.map((service) => (
                <ServiceHead key={service.service} head={service} onFold={onFold} />
              ))}
            </tr>
            <tr>
              {matrix.columns.map((column) => (
                <th key={column.type} scope="col" className={classes.type} title={column.type}>
                  <span>{headOf(column)}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row, rowIndex) => (
              <tr key={row.key}>
                <RowHead row={row} before={matrix.rows[rowIndex - 1]} />
                {matrix.columns.map((column, columnIndex) => (
                  <td key={column.type}>
                    <Cell
                      found={matrix.at(row, column)}
                      label={labelOf(row, column)}
                      place={`${rowIndex} ${columnIndex}`}
                      tabbable={at?.[0] === rowIndex && at[1] === columnIndex}
                      only={only}
                      onPress={(sweep) => {
                        setAt([rowIndex, columnIndex]);
                        if (column.folded.length > 0) onFold(column.service);
                        else if (sweep) onOpen(sweep);
                      }}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

const headOf = (column: MatrixColumn) =>
  column.folded.length > 0 ? `${column.title} (${column.folded.length})` : column.title;

// Folds the service's types into one column, and unfolds them.
function ServiceHead({ head, onFold }: { head: Matrix['services'][number]; onFold: Props['onFold'] }) {
  const { service, span, types, open } = head;
  return (
    <th scope="colgroup" colSpan={span} className={classes.service}>
      {types === 1 ? (
        <span className="hm-sr">{service}</span>
      ) : (
        <button
          type="button"
          className={classes.fold}
          aria-expanded={open}
          aria-label={service}
          title={open ? `Fold ${service}` : `Unfold ${service}: ${types} types`}
          onClick={() => onFold(service)}
        >
          <Icon name={open ? 'down' : 'right'} size={12} />
          {open ? <span>{service}</span> : null}
        </button>
      )}
    </th>
  );
}

const labelOf = (row: MatrixRow, column: MatrixColumn) =>
  `${column.title}, ${row.account_name}, ${row.region}`;

function RowHead({ row, before }: { row: MatrixRow; before: MatrixRow | undefined }) {
  const again = before?.account_id === row.account_id;
  return (
    <th scope="row" className={classes.place} data-first={!again || undefined}>
      <span className={again ? 'hm-sr' : classes.account} title={row.account_id}>
        {row.account_name}
      </span>
      <span className={classes.region}>{row.region}</span>
    </th>
  );
}

interface CellProps {
  found: MatrixCell | undefined;
  label: string;
  place: string;
  tabbable: boolean;
  only: string | undefined;
  onPress: (sweep: Sweep | undefined) => void;
}

const spoken = (counts: MatrixCell['counts']) =>
  kOutcomes
    .filter((outcome) => counts[outcome] !== undefined)
    .map((outcome) => `${count(counts[outcome] ?? 0)} ${outcomeWords[outcome].title}`)
    .join(', ');

function Cell({ found, label, place, tabbable, only, onPress }: CellProps) {
  if (!found) return <span data-at={place} className={classes.none} title="Not listed here" />;
  const { outcome, sweep, counts } = found;
  const shown = kOutcomes.filter((each) => counts[each] !== undefined);
  const faded =
    only !== undefined && !shown.some((each) => each === only || (only === 'not_ok' && each !== 'ok'));
  const many = shown.length > 1 || (counts[outcome] ?? 0) > 1;
  const words = `${label}: ${many ? spoken(counts) : outcomeWords[outcome].title}`;
  return (
    <button
      type="button"
      data-at={place}
      className={classes.cell}
      data-outcome={outcome}
      data-faded={faded || undefined}
      tabIndex={tabbable ? 0 : -1}
      aria-label={words}
      title={words}
      onClick={() => onPress(sweep)}
    >
      <OutcomeShape outcome={outcome} />
    </button>
  );
}
