// What the filter box offers while a word is typed. Keys come from the server's grammar, values from the
// facets of the rows that are shown; whether the result is right is for the server to say.
import type { Owners, ResourcePage } from '@/api/types';
import { clause, replaceWord, type Word } from '@/lib/filter_text';

export interface FilterKey {
  name: string;
  description: string;
  example: string;
}

export interface Completion {
  text: string; // replaces the word
  note: string;
  open: boolean; // more is to be typed behind it
}

type Facets = ResourcePage['facets'];
const kMost = 12;

// Who types `tag:Cost` is offered `tag:"Cost Center"=…`.
const bare = (text: string) => text.replaceAll('"', '');

// An owner may be known in several ways: by a tag of some resources, and as the creator of others.
export function ownerFacet({ items, more }: Pick<Owners, 'items' | 'more'>): Facets[number] {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item.name, (counts.get(item.name) ?? 0) + item.resources);
  return {
    key: 'owner',
    title: 'Owner',
    values: [...counts].map(([value, count]) => ({ value, title: value, count })),
    more,
  };
}

function values(facets: Facets, negation: string, typed: string): Completion[] {
  return facets.flatMap((facet) =>
    facet.values
      .map((value) => ({
        text: negation + clause(facet.key, value.value),
        note: value.title === value.value ? String(value.count) : `${value.title}, ${value.count}`,
        open: false,
      }))
      .filter(({ text }) => text !== negation + typed && bare(text).startsWith(bare(negation + typed))),
  );
}

export function completions(word: Word, keys: readonly FilterKey[], facets: Facets): Completion[] {
  const negation = word.text.startsWith('-') ? '-' : '';
  const typed = word.text.slice(negation.length);
  if (typed.includes(':')) return values(facets, negation, typed).slice(0, kMost);
  return keys
    .filter((key) => key.name.startsWith(typed))
    .slice(0, kMost)
    .map((key) => ({ text: `${negation}${key.name}:`, note: key.description, open: true }));
}

export function accept(text: string, word: Word, completion: Completion): { text: string; cursor: number } {
  return replaceWord(text, word, completion.open ? completion.text : `${completion.text} `);
}
