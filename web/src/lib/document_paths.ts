// A resource's document as lines: every leaf with its path, for search and for showing.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Leaf {
  path: string; // "BlockDeviceMappings[0].Ebs.VolumeId"
  value: Json; // never an object or list with members
}

const kMostLeaves = 5000;

export function leaves(document: Json): Leaf[] {
  const out: Leaf[] = [];
  const walk = (value: Json, path: string) => {
    if (out.length >= kMostLeaves) return;
    if (Array.isArray(value) && value.length > 0) {
      value.forEach((item, index) => walk(item, `${path}[${index}]`));
      return;
    }
    if (
      value !== null &&
      typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.keys(value).length > 0
    ) {
      for (const [key, item] of Object.entries(value)) walk(item, path ? `${path}.${key}` : key);
      return;
    }
    out.push({ path, value });
  };
  walk(document, '');
  return out;
}

export function matching(all: readonly Leaf[], search: string): Leaf[] {
  const wanted = search.trim().toLowerCase();
  if (!wanted) return [...all];
  return all.filter(
    (leaf) => leaf.path.toLowerCase().includes(wanted) || text(leaf.value).toLowerCase().includes(wanted),
  );
}

// Empty lists and objects and null are shown as what they are: AWS said that there is nothing.
export function text(value: Json | undefined): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'empty list' : JSON.stringify(value);
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'empty' : JSON.stringify(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

// "/Tags/0/Value" as people write it: "Tags[0].Value".
export function pointerToPath(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) return `${path}[${part}]`;
      return path ? `${path}.${part}` : part;
    }, '');
}
