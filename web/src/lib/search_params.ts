// The query part of our URLs: plain text values, so that a link reads as a person would write it.

export type Search = Record<string, string>;

export function parseSearch(text: string): Search {
  return Object.fromEntries(new URLSearchParams(text));
}

// Keys in the order given; empty values are left out. Commas, colons and slashes stay readable.
export function stringifySearch(search: Record<string, unknown>): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(search)) {
    if (value === undefined || value === null || value === '') continue;
    const text = encodeURIComponent(String(value))
      .replaceAll('%3A', ':')
      .replaceAll('%2F', '/')
      .replaceAll('%2C', ',')
      .replaceAll('%20', '+');
    parts.push(`${encodeURIComponent(key)}=${text}`);
  }
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}

export const splitList = (text: string | undefined): string[] =>
  text ? text.split(',').filter(Boolean) : [];

// Only the named keys, only texts: what a page reads from its URL.
export function pick<K extends string>(
  search: Record<string, unknown>,
  keys: readonly K[],
): Partial<Record<K, string>> {
  const out: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = search[key];
    if (typeof value === 'string' && value !== '') out[key] = value;
  }
  return out;
}
