// Where links lead, in one place, so that a path or a search key is spelled once.

export interface InventorySearch {
  filter?: string;
  sort?: string;
  order?: string;
  columns?: string;
  id?: string;
}

export const toInventory = (search: InventorySearch = {}) => ({ to: '/inventory', search });
export const toResource = (id: string) => ({ to: '/r/$id', params: { id } });
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
export const toSettings = (tab: string) => ({ to: '/settings', search: { tab } });
