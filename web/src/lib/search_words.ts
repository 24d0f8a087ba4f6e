// What the search says, in words.

export interface Match {
  field: string; // "name", "tag:env", "private_ip_address"
  value: string;
}

const kMostNamed = 2;

// Names stand in the title already; of the others the value is what was looked for.
export function whyFound(matched: readonly Match[]): string {
  const named = matched
    .slice(0, kMostNamed)
    .map(({ field, value }) => (field === 'name' ? field : `${field}: ${value}`));
  const more = matched.length - named.length;
  return `found in ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

// What is typed as a filter of the inventory that means the same: there a colon and a leading minus have a meaning, here
// they have none. `keys` are the filter's own: a clause with one of them stays what it is, so that a filter may be
// typed here too; but an ARN is a word. Nothing where a quote cannot be written in a filter.
export function filterOf(typed: string, keys: readonly string[]): string | undefined {
  const words = typed.trim().match(/(?<=^|\s)"[^"]+"(?=\s|$)|\S+/g) ?? [];
  const clauses = words.map((word) => {
    const plain = /^".+"$/.test(word) ? word.slice(1, -1) : word;
    if (plain.includes('"')) return undefined;
    const key = /^-?([a-z]+):./.exec(word)?.[1];
    if (key && key !== 'arn' && keys.includes(key)) return word;
    return /[\s:]|^-/.test(plain) ? `"${plain}"` : plain;
  });
  return clauses.includes(undefined) ? undefined : clauses.join(' ');
}

export interface Completeness {
  found: number; // what is listed, pages and actions too
  more: boolean; // there are more resources
  asked: boolean; // some place has been read
  gaps: number; // places that could not be read
  behind: boolean; // the index does not have the latest changes
  busy: boolean;
}

// The line under the results: how many, and why there may be others.
export function resultLine({ found, more, asked, gaps, behind, busy }: Completeness): string {
  if (found === 0 && busy) return 'Searching';
  const line =
    found === 0
      ? asked
        ? 'Nothing fits.'
        : 'Nothing is known yet.'
      : `${found} ${found === 1 ? 'result' : 'results'}${more ? ', there are more' : ''}`;
  const doubts = [
    ...(behind ? ['the latest changes are still being read'] : []),
    ...(gaps > 0 ? [`${gaps} ${gaps === 1 ? 'place' : 'places'} could not be read`] : []),
  ];
  if (doubts.length === 0) return line;
  return `${line.replace(/\.$/, '')}; ${doubts.join(', and ')}`;
}
