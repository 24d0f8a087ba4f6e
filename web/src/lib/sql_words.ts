// What can stand at the cursor of a SQL statement. A small reader of SQL: it knows texts and comments, which tables a
// statement names and under which names; whether the statement is right is for the server to say.

export interface SqlTable {
  name: string;
  title: string;
  columns: readonly { name: string; type: string; description: string }[];
}

export interface SqlOption {
  text: string;
  note: string;
}

export interface SqlPlace {
  start: number; // of the word at the cursor
  end: number; // the cursor
  word: string; // what stands between
}

const kMost = 12;
const kKeywords =
  'select from where group by order by having limit offset join left join inner join cross join on and or not in is null is not null like glob between exists case when then else end as distinct union all union except intersect with recursive asc desc cast over partition by filter'.split(
    ' ',
  );
const kPhrases = [
  ...new Set([
    ...kKeywords.filter((word) => !['group', 'order', 'partition', 'by'].includes(word)),
    'group by',
    'order by',
    'partition by',
  ]),
];
const kFunctions =
  'count sum avg min max total group_concat json_extract json_each json_array_length coalesce ifnull nullif iif length lower upper substr instr replace trim round abs date datetime strftime julianday row_number rank'.split(
    ' ',
  );
// A table is named behind these.
const kBeforeTable = /\b(from|join)\s+$|\bfrom\s+(?:[\w".]+(?:\s+(?:as\s+)?\w+)?\s*,\s*)+$/i;
const kNoAlias = new Set(
  'where on join left inner cross natural group order having limit union except intersect using as'.split(
    ' ',
  ),
);

// The statement with blanks in the place of texts and comments, and whether its end lies inside one.
export function blanked(sql: string): { text: string; inside: boolean } {
  const pattern = /'(?:[^']|'')*('|$)|--[^\n]*(\n|$)|\/\*[\s\S]*?(\*\/|$)/g;
  let inside = false;
  const text = sql.replace(pattern, (piece: string, quote, line, block) => {
    const closed = piece.startsWith("'") ? quote : piece.startsWith('--') ? line : block;
    if (!closed) inside = true;
    return piece.replaceAll(/[^\n]/g, ' ');
  });
  return { text, inside };
}

// Alias or name -> table, of what stands behind FROM and JOIN.
export function tablesNamed(sql: string, tables: readonly SqlTable[]): Map<string, SqlTable> {
  const known = new Map(tables.map((table) => [table.name, table]));
  const named = new Map<string, SqlTable>();
  const { text } = blanked(sql);
  for (const [, name = '', alias] of text.matchAll(/\b([a-z_]\w*)\b"?(?=(?:\s+(?:as\s+)?([a-z_]\w*))?)/gi)) {
    const table = known.get(name.toLowerCase());
    if (!table) continue;
    named.set(table.name, table);
    if (alias && !kNoAlias.has(alias.toLowerCase())) named.set(alias.toLowerCase(), table);
  }
  return named;
}

export function placeAt(sql: string, cursor: number): SqlPlace | undefined {
  const before = sql.slice(0, cursor);
  if (blanked(before).inside) return undefined;
  const word = /[\w.]*$/.exec(before)?.[0] ?? '';
  return { start: cursor - word.length, end: cursor, word };
}

const rank = (name: string, typed: string) => (name.startsWith(typed) ? 0 : 1);

function fitting(options: readonly SqlOption[], typed: string): SqlOption[] {
  const wanted = typed.toLowerCase();
  return options
    .filter(({ text }) =>
      wanted.length > 1 ? text.toLowerCase().includes(wanted) : text.toLowerCase().startsWith(wanted),
    )
    .toSorted((one, other) => rank(one.text, wanted) - rank(other.text, wanted));
}

const columnsOf = (table: SqlTable): SqlOption[] =>
  table.columns.map(({ name, type }) => ({ text: name, note: type }));
const tableOptions = (tables: readonly SqlTable[]): SqlOption[] =>
  tables.map(({ name, title }) => ({ text: name, note: title }));
const wordOptions = [
  ...kPhrases.map((text) => ({ text, note: 'keyword' })),
  ...kFunctions.map((text) => ({ text: `${text}(`, note: 'function' })),
];

// `asked`: the person wants to be shown what there is, also before a letter is typed.
export function sqlOptions(
  sql: string,
  cursor: number,
  tables: readonly SqlTable[],
  asked = false,
): SqlOption[] {
  const place = placeAt(sql, cursor);
  if (!place) return [];
  const { word, start } = place;
  const named = tablesNamed(sql, tables);
  const dot = word.indexOf('.');
  if (dot >= 0) {
    const table = named.get(word.slice(0, dot).toLowerCase());
    const prefix = word.slice(0, dot + 1);
    if (!table) return [];
    const found = fitting(columnsOf(table), word.slice(dot + 1));
    if (found.some(({ text }) => prefix + text === word)) return [];
    return found.slice(0, kMost).map(({ text, note }) => ({ text: prefix + text, note }));
  }
  const behind = kBeforeTable.test(blanked(sql.slice(0, start)).text);
  if (word === '' && !asked && !behind) return [];
  const columns = [
    ...new Map(
      [...new Set(named.values())].flatMap(columnsOf).map((option) => [option.text, option]),
    ).values(),
  ];
  const all = behind
    ? fitting(tableOptions(tables), word)
    : [
        ...fitting(columns, word),
        ...fitting(wordOptions, word),
        ...(word === '' ? [] : fitting(tableOptions(tables), word)),
      ];
  // What is typed in full needs no help, and must not take the Enter key.
  return all.some(({ text }) => text === word.toLowerCase()) ? [] : all.slice(0, kMost);
}

export function acceptSql(sql: string, place: SqlPlace, option: SqlOption): { sql: string; cursor: number } {
  const next = sql.slice(0, place.start) + option.text + sql.slice(place.end);
  return { sql: next, cursor: place.start + option.text.length };
}
