import type { Scope } from '@/api/types';
import { type Leaf, text as leafText } from '@/lib/document_paths';

export interface ScopeText {
  accounts: string;
  regions: string;
}

// null is the server's word for all.
function list(text: string): string[] | null {
  const items = text
    .split(/[\s,]+/)
    .map((each) => each.trim())
    .filter(Boolean);
  return items.length > 0 ? items : null;
}

export const scopeOf = (text: ScopeText) => ({ accounts: list(text.accounts), regions: list(text.regions) });

// What an audit entry says of a scope: null is all there, where elsewhere it is none.
export function detailText({ path, value }: Leaf): string {
  if (!/(^|\.)scope\.(accounts|regions)$/.test(path)) return leafText(value);
  if (value === null) return 'all';
  return Array.isArray(value) && value.length === 0 ? 'none' : leafText(value);
}

const half = (items: string[] | null, noun: string) => (items ? items.join(', ') : `all ${noun}`);

export function scopeWords({ accounts, regions }: Scope): string {
  if (accounts === null && regions === null) return 'everything';
  if (accounts?.length === 0 || regions?.length === 0) return 'nothing';
  return `${half(accounts, 'accounts')}; ${half(regions, 'regions')}`;
}
