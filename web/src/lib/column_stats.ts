// One statement that says what a column holds. What could not be read is counted by itself: it is neither a value nor null.
import type { SqlTable } from '@/lib/sql_words';

export interface ColumnFigures {
  rows: number;
  unknown: number;
  nulls: number;
  distinct: number;
  least: string | null;
  greatest: string | null;
  top: { value: string; rows: number }[];
}

export const kTop = 10;
const kLongest = 200; // characters of a value that are shown

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const text = (value: string) => `'${value.replaceAll("'", "''")}'`;

// Tables of one type list in `unknown` the columns of each row that could not be read.
export const tellsUnknown = (table: SqlTable) =>
  table.columns.some(({ name }) => name === 'unknown') &&
  table.columns.some(({ name }) => name === 'resource_id');

export function statsSql(table: SqlTable, column: string): string {
  const unknown = tellsUnknown(table)
    ? `exists (select 1 from json_each(t.unknown) as u where u.value = ${text(column)})`
    : '0';
  const known = 'from seen where not unread and value is not null';
  return `with seen as materialized (
  select t.${quoted(column)} as value, ${unknown} as unread from ${quoted(table.name)} as t
)
select 'rows' as what, null as value, count(*) as n from seen
union all select 'unknown', null, count(*) from seen where unread
union all select 'null', null, count(*) from seen where not unread and value is null
union all select 'distinct', null, count(distinct value) ${known}
union all select 'least', substr(min(value), 1, ${kLongest}), null ${known}
union all select 'greatest', substr(max(value), 1, ${kLongest}), null ${known}
union all select * from (
  select 'top', substr(value, 1, ${kLongest}), count(*) ${known} group by value order by 3 desc, 2 limit ${kTop}
)`;
}

const words = (value: unknown) => (value === null || value === undefined ? null : String(value));

export function figuresOf(rows: readonly (readonly unknown[])[]): ColumnFigures {
  const row = (what: string) => rows.find((cells) => cells[0] === what);
  const number = (what: string) => Number(row(what)?.[2] ?? 0);
  return {
    rows: number('rows'),
    unknown: number('unknown'),
    nulls: number('null'),
    distinct: number('distinct'),
    least: words(row('least')?.[1]),
    greatest: words(row('greatest')?.[1]),
    top: rows
      .filter((cells) => cells[0] === 'top')
      .map((cells) => ({ value: words(cells[1]) ?? '', rows: Number(cells[2]) })),
  };
}
