// Edits to a filter's text, clause by clause. The grammar itself is parsed by the server alone; here a text is
// only cut into words (at spaces outside quotes), to switch a facet on or off and to complete a word.

export interface Word {
  text: string;
  start: number;
  end: number;
}

export function splitWords(text: string): Word[] {
  const found: Word[] = [];
  let start = -1;
  let quoted = false;
  for (let at = 0; at <= text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') quoted = !quoted;
    const gap = letter === undefined || (!quoted && /\s/.test(letter));
    if (!gap && start < 0) start = at;
    if (gap && start >= 0) {
      found.push({ text: text.slice(start, at), start, end: at });
      start = -1;
    }
  }
  return found;
}

const quote = (value: string) => (/[\s",]/.test(value) ? `"${value.replaceAll('"', '')}"` : value);

const kTag = 'tag:';

// What a facet's clauses begin with. Tags are named in the key: facet `tag:env`, value `prod` is `tag:env=prod`.
const headOf = (key: string) =>
  key.startsWith(kTag) ? `${kTag}${quote(key.slice(kTag.length))}=` : `${key}:`;

export const clause = (key: string, value: string): string => headOf(key) + quote(value);

const unquoted = (text: string) => text.replaceAll('"', '');

// `"a,b",c` are two values: commas in quotes separate nothing.
function splitValues(text: string): string[] {
  const values = [''];
  let quoted = false;
  for (const letter of text) {
    if (letter === '"') quoted = !quoted;
    if (letter === ',' && !quoted) values.push('');
    else values[values.length - 1] += letter;
  }
  return values.map(unquoted).filter(Boolean);
}

// What the word asks for with this key; undefined where it is about something else. Quotes may stand anywhere:
// `tag:"Cost Center"=x` and `tag:"Cost Center=x"` mean the same.
function valuesIn(word: string, key: string): string[] | undefined {
  const head = unquoted(headOf(key));
  if (!unquoted(word).startsWith(head)) return undefined;
  let at = 0;
  for (let left = head.length; left > 0; at += 1) if (word[at] !== '"') left -= 1;
  const quoted = (word.slice(0, at).split('"').length - 1) % 2 === 1;
  return splitValues((quoted ? '"' : '') + word.slice(at));
}

// The values that the text asks for with this key: `type:a,b` gives a and b.
export function valuesOf(text: string, key: string): string[] {
  return splitWords(text).flatMap((word) => valuesIn(word.text, key) ?? []);
}

// Adds the value to its key's clause, or takes it out. Several values of one key mean either.
export function toggleValue(text: string, key: string, value: string): string {
  const now = valuesOf(text, key);
  const next = now.includes(value) ? now.filter((other) => other !== value) : [...now, value];
  const kept = splitWords(text)
    .filter((word) => valuesIn(word.text, key) === undefined)
    .map((word) => word.text);
  if (next.length > 0) kept.push(headOf(key) + next.map(quote).join(','));
  return kept.join(' ');
}

// The word that the cursor stands in or just behind, for completion.
export function wordAt(text: string, cursor: number): Word {
  const word = splitWords(text).find((each) => each.start <= cursor && cursor <= each.end);
  return word ?? { text: '', start: cursor, end: cursor };
}

export function replaceWord(text: string, word: Word, by: string): { text: string; cursor: number } {
  const next = text.slice(0, word.start) + by + text.slice(word.end);
  return { text: next, cursor: word.start + by.length };
}
