// The sweeps as a table: a row for each account and region, a column for each type.
import type { ResourceType, Sweep } from '@/api/types';
import type { OutcomeName } from '@/lib/outcomes';

export interface MatrixRow {
  key: string;
  account_id: string;
  account_name: string;
  region: string;
}

export interface MatrixColumn {
  type: string;
  title: string;
  service: string;
}

export interface Matrix {
  rows: MatrixRow[];
  columns: MatrixColumn[];
  services: { service: string; span: number }[];
  // undefined: the type is not listed there (a type that is listed once an account has no regions).
  at: (
    row: MatrixRow,
    column: MatrixColumn,
  ) => { outcome: OutcomeName; sweep: Sweep | undefined } | undefined;
}

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
  for (const { id, title, service } of types) columns.set(id, { type: id, title, service });
  for (const { type, type_title } of sweeps) {
    if (!columns.has(type))
      columns.set(type, { type, title: type_title, service: type.split('/')[0] ?? type });
  }
  return [...columns.values()].toSorted((a, b) => compare(a.service, b.service) || compare(a.title, b.title));
}

export function matrixOf(sweeps: readonly Sweep[], types: readonly ResourceType[]): Matrix {
  const cells = new Map(sweeps.map((sweep) => [cellKey(sweep.account_id, sweep.region, sweep.type), sweep]));
  const scopes = new Map(types.map((type) => [type.id, type.scope]));
  const columns = columnsOf(sweeps, types);
  const services: Matrix['services'] = [];
  for (const { service } of columns) {
    const last = services.at(-1);
    if (last?.service === service) last.span += 1;
    else services.push({ service, span: 1 });
  }
  return {
    rows: rowsOf(sweeps),
    columns,
    services,
    at: (row, column) => {
      const sweep = cells.get(cellKey(row.account_id, row.region, column.type));
      if (sweep) return { outcome: sweep.outcome, sweep: sweep.outcome === 'pending' ? undefined : sweep };
      const scope = scopes.get(column.type);
      const belongs =
        scope === 'region' ? row.region !== kGlobal : scope === 'account' && row.region === kGlobal;
      return belongs ? { outcome: 'pending', sweep: undefined } : undefined;
    },
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
