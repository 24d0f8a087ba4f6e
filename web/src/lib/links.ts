// Where links lead, in one place, so that a path or a search key is spelled once.
import { stringifySearch } from '@/lib/search_params';

export interface InventorySearch {
  filter?: string;
  sort?: string;
  order?: string;
  columns?: string;
  id?: string;
}

export const toInventory = (search: InventorySearch = {}) => ({ to: '/inventory', search });
export const toChanges = (search: { filter?: string; range?: string } = {}) => ({ to: '/changes', search });
export const toResource = (id: string) => ({ to: '/r/$id', params: { id } });

// The same as an address, for the rows of long lists: a link of the router's is worked out anew for each row with
// each step. `kept` is what goes along from page to page.
export const hrefOfResource = (id: string, kept: object) =>
  `/r/${encodeURIComponent(id)}${stringifySearch({ ...kept })}`;
export const hrefOfFinding = (id: string, state: string, kept: object) =>
  `/findings${stringifySearch({ ...kept, state, id })}`;

export interface FindingsSearch {
  state?: string;
  severity?: string;
  category?: string;
  rule?: string;
  unknown?: string;
  word?: string;
  id?: string;
}

export const toFindings = (search: FindingsSearch = {}) => ({ to: '/findings', search });
export const toCoverage = (search: { outcome?: string; type?: string } = {}) => ({ to: '/coverage', search });
export const toTags = (search: object = {}) => ({ to: '/tags', search });
export const toSettings = (tab: string) => ({ to: '/settings', search: { tab } });
