// The sweeps as a table: a row for each account and region, a column for each type, or one for all types of a service
// while it is folded.
import type { ResourceType, Sweep } from '@/api/types';
import type { OutcomeName } from '@/lib/outcomes';

export interface MatrixRow {
  key: string;
  account_id: string;
  account_name: string;
  region: string;
}

export interface MatrixColumn {
  type: string; // of a folded service: its name, which no type bears
  title: string;
  service: string;
  folded: readonly string[]; // the types that it stands for; empty: it is one
}

export interface MatrixCell {
  outcome: OutcomeName; // of a folded service: the worst there is
  sweep: Sweep | undefined;
  counts: Partial<Record<OutcomeName, number>>;
}

export interface Matrix {
  rows: MatrixRow[];
  columns: MatrixColumn[];
  services: { service: string; span: number; types: number; open: boolean }[];
  // undefined: the type is not listed there (a type that is listed once an account has no regions).
  at: (row: MatrixRow, column: MatrixColumn) => MatrixCell | undefined;
}

const kWorstFirst: readonly OutcomeName[] = ['failed', 'denied', 'throttled', 'skipped', 'pending', 'ok'];

const kGlobal = 'global';
const cellKey = (account: string, region: string, type: string) => `${account}|${region}|${type}`;

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function rowsOf(sweeps: readonly Sweep[]): MatrixRow[] {
  const rows = new Map<string, MatrixRow>();
  for (const { account_id, account_name, region } of sweeps) {
    const key = `${account_id}|${region}`;
    if (!rows.has(key)) rows.set(key, { key, account_id, account_name, region });
  }
  return [...rows.values()].toSorted(
    (a, b) =>
      compare(a.account_name, b.account_name) ||
      compare(a.account_id, b.account_id) ||
      Number(a.region !== kGlobal) - Number(b.region !== kGlobal) ||
      compare(a.region, b.region),
  );
}

function columnsOf(sweeps: readonly Sweep[], types: readonly ResourceType[]): MatrixColumn[] {
  const columns = new Map<string, MatrixColumn>();
  for (const { id, title, service } of types) columns.set(id, { type: id, title, service, folded: [] });
  for (const { type, type_title } of sweeps) {
    if (!columns.has(type))
      columns.set(type, { type, title: type_title, service: type.split('/')[0] ?? type, folded: [] });
  }
  return [...columns.values()].toSorted((a, b) => compare(a.service, b.service) || compare(a.title, b.title));
}

// A service of one type has nothing to fold.
function folded(columns: readonly MatrixColumn[], isOpen: (service: string) => boolean) {
  const shown: MatrixColumn[] = [];
  const services: Matrix['services'] = [];
  for (const service of new Set(columns.map((column) => column.service))) {
    const types = columns.filter((column) => column.service === service);
    const open = types.length === 1 || isOpen(service);
    const here = open
      ? types
      : [{ type: service, title: service, service, folded: types.map((column) => column.type) }];
    shown.push(...here);
    services.push({ service, span: here.length, types: types.length, open });
  }
  return { shown, services };
}

function summaryOf(cells: readonly MatrixCell[]): MatrixCell | undefined {
  const counts: MatrixCell['counts'] = {};
  for (const { outcome } of cells) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const worst = kWorstFirst.find((outcome) => counts[outcome] !== undefined);
  return worst && { outcome: worst, sweep: undefined, counts };
}

export function matrixOf(
  sweeps: readonly Sweep[],
  types: readonly ResourceType[],
  isOpen: (service: string) => boolean = () => true,
): Matrix {
  const cells = new Map(sweeps.map((sweep) => [cellKey(sweep.account_id, sweep.region, sweep.type), sweep]));
  const scopes = new Map(types.map((type) => [type.id, type.scope]));
  const { shown, services } = folded(columnsOf(sweeps, types), isOpen);
  const cellOf = (row: MatrixRow, type: string): MatrixCell | undefined => {
    const sweep = cells.get(cellKey(row.account_id, row.region, type));
    if (sweep) {
      const { outcome } = sweep;
      return { outcome, sweep: outcome === 'pending' ? undefined : sweep, counts: { [outcome]: 1 } };
    }
    const scope = scopes.get(type);
    const belongs =
      scope === 'region' ? row.region !== kGlobal : scope === 'account' && row.region === kGlobal;
    return belongs ? { outcome: 'pending', sweep: undefined, counts: { pending: 1 } } : undefined;
  };
  return {
    rows: rowsOf(sweeps),
    columns: shown,
    services,
    at: (row, column) =>
      column.folded.length === 0
        ? cellOf(row, column.type)
        : summaryOf(
            column.folded.flatMap((type) => {
              const cell = cellOf(row, type);
              return cell ? [cell] : [];
            }),
          ),
  };
}

export type Place = [row: number, column: number];

// Where Tab enters: the cell that was last used, or else the first that is one. Not every type is listed everywhere.
export function stopOf(matrix: Matrix, last: Place): Place | undefined {
  const isCell = ([rowIndex, columnIndex]: Place) => {
    const row = matrix.rows[rowIndex];
    const column = matrix.columns[columnIndex];
    return row !== undefined && column !== undefined && matrix.at(row, column) !== undefined;
  };
  if (isCell(last)) return last;
  for (let row = 0; row < matrix.rows.length; row += 1) {
    for (let column = 0; column < matrix.columns.length; column += 1) {
      if (isCell([row, column])) return [row, column];
    }
  }
  return undefined;
}

// A statement that can be pasted into the role's policy.
export function statementFor(permissions: readonly string[]): string {
  const statement = {
    Effect: 'Allow',
    Action: [...new Set(permissions)].toSorted(compare),
    Resource: '*',
  };
  return JSON.stringify(statement, null, 2);
}
