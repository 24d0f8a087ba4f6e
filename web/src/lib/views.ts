// What a saved view holds: the words of a page's URL.

export type Words = Record<string, string>;

// The scope of the top bar. A view that names none goes with whatever scope is chosen.
const kScope: ReadonlySet<string> = new Set(['accounts', 'regions']);

// Without what is not said.
export function wordsOf(search: Record<string, string | undefined>): Words {
  const words: Words = {};
  for (const [key, value] of Object.entries(search)) if (value) words[key] = value;
  return words;
}

export const scopeWords = ({ accounts, regions }: Words) => wordsOf({ accounts, regions });

export function isSame(saved: Words, now: Words): boolean {
  const keys = new Set([...Object.keys(saved), ...Object.keys(now)]);
  return [...keys].every((key) => saved[key] === now[key] || (kScope.has(key) && saved[key] === undefined));
}
