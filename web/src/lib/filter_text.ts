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

// The clause of a facet's value. Tags are named in the key: facet `tag:env`, value `prod` is `tag:env=prod`.
export function clause(key: string, value: string): string {
  return key.startsWith('tag:') ? `${key}=${quote(value)}` : `${key}:${quote(value)}`;
}

const separator = (key: string) => (key.startsWith('tag:') ? '=' : ':');

// The values that the text asks for with this key: `type:a,b` gives a and b.
export function valuesOf(text: string, key: string): string[] {
  const head = key + separator(key);
  return splitWords(text)
    .filter((word) => word.text.startsWith(head))
    .flatMap((word) => word.text.slice(head.length).split(','))
    .map((value) => value.replaceAll('"', ''))
    .filter(Boolean);
}

// Adds the value to its key's clause, or takes it out. Several values of one key mean either.
export function toggleValue(text: string, key: string, value: string): string {
  const head = key + separator(key);
  const now = valuesOf(text, key);
  const next = now.includes(value) ? now.filter((other) => other !== value) : [...now, value];
  const kept = splitWords(text)
    .filter((word) => !word.text.startsWith(head))
    .map((word) => word.text);
  if (next.length > 0) kept.push(head + next.map(quote).join(','));
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
