import { describe, expect, it } from 'vitest';
import type { ResourceType, Sweep } from '@/api/types';
import { matrixOf, statementFor, stopOf } from './matrix';

const type = (id: string, scope: ResourceType['scope']): ResourceType => ({
  id,
  title: id,
  service: id.split('/')[0] ?? '',
  table: id,
  scope,
  refresh_seconds: 300,
  permissions: [],
  columns: [],
});
const sweep = (account: string, region: string, of: string, outcome: Sweep['outcome']): Sweep => ({
  account_id: account,
  account_name: account,
  region,
  type: of,
  type_title: of,
  outcome,
  started_at: '',
  swept_at: null,
  duration_ms: 0,
  calls: 0,
  resources: null,
  problem: null,
});

describe('the matrix', () => {
  const types = [type('s3/bucket', 'account'), type('ec2/vpc', 'region'), type('ec2/volume', 'region')];
  const matrix = matrixOf(
    [
      sweep('1', 'eu-west-1', 'ec2/vpc', 'ok'),
      sweep('1', 'global', 's3/bucket', 'denied'),
      sweep('2', 'eu-west-1', 'ec2/vpc', 'failed'),
    ],
    types,
  );
  const outcomes = matrix.rows.map((row) => matrix.columns.map((column) => matrix.at(row, column)?.outcome));

  it('is entered at a cell, though the first place is none', () => {
    expect(outcomes[0]?.[0]).toBeUndefined();
    expect(stopOf(matrix, [0, 0])).toEqual([0, 2]);
    expect(stopOf(matrix, [2, 1])).toEqual([2, 1]);
    expect(stopOf(matrix, [99, 1])).toEqual([0, 2]);
    expect(stopOf(matrixOf([], types), [0, 0])).toBeUndefined();
  });

  it('has a row for each account and region, global first, and columns by service', () => {
    expect(matrix.rows.map((row) => row.key)).toEqual(['1|global', '1|eu-west-1', '2|eu-west-1']);
    expect(matrix.columns.map((column) => column.type)).toEqual(['ec2/volume', 'ec2/vpc', 's3/bucket']);
    expect(matrix.services).toEqual([
      { service: 'ec2', span: 2, types: 2, open: true },
      { service: 's3', span: 1, types: 1, open: true },
    ]);
  });

  it('folds a service into one column that shows the worst of it', () => {
    const small = matrixOf(
      [sweep('1', 'eu-west-1', 'ec2/vpc', 'denied'), sweep('1', 'eu-west-1', 'ec2/volume', 'ok')],
      types,
      () => false,
    );
    expect(small.columns.map((column) => column.type)).toEqual(['ec2', 's3/bucket']);
    expect(small.services[0]).toEqual({ service: 'ec2', span: 1, types: 2, open: false });
    const [row] = small.rows;
    const [column] = small.columns;
    expect(row && column && small.at(row, column)).toEqual({
      outcome: 'denied',
      sweep: undefined,
      counts: { denied: 1, ok: 1 },
    });
  });

  it('tells never asked from not listed there', () => {
    expect(outcomes).toEqual([
      [undefined, undefined, 'denied'],
      ['pending', 'ok', undefined],
      ['pending', 'failed', undefined],
    ]);
  });

  it('has a row for a region that no sweep has reached, with nothing to tell of it', () => {
    const planned = matrixOf([sweep('1', 'sa-east-1', 'ec2/vpc', 'pending')], types);
    const [row] = planned.rows;
    const column = planned.columns.find(({ type: id }) => id === 'ec2/vpc');
    expect(row && column && planned.at(row, column)).toEqual({
      outcome: 'pending',
      sweep: undefined,
      counts: { pending: 1 },
    });
  });

  it('keeps a type that the catalog does not know any more', () => {
    const old = matrixOf([sweep('1', 'global', 'gone/type', 'ok')], []);
    expect(old.columns.map((column) => column.type)).toEqual(['gone/type']);
  });
});

describe('the statement to paste', () => {
  it('names each action once, in order', () => {
    expect(JSON.parse(statementFor(['b:B', 'a:A', 'b:B']))).toEqual({
      Effect: 'Allow',
      Action: ['a:A', 'b:B'],
      Resource: '*',
    });
  });
});
