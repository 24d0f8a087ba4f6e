// The page's state is its URL: where one looks, what is open, what is laid over it.
import { splitList } from '@/lib/search_params';

export const kOverlays = { findings: 'Findings', state: 'State' } as const;
export type Overlay = keyof typeof kOverlays;
export const kForms = { map: 'Map', list: 'List' } as const;
export type Form = keyof typeof kForms;

const kMostOpen = 50; // a URL must stay one

export interface View {
  at: string; // the path that the map shows
  open: readonly string[]; // what is unfolded in the list
  overlay: Overlay;
  form: Form | undefined; // nothing chosen: as the width of the window suggests
  filter: string;
  id: string | undefined; // the resource in the drawer
}

type Search = Record<string, string | undefined>;

const isForm = (text: string | undefined): text is Form => text !== undefined && Object.hasOwn(kForms, text);

export function viewOf(search: Search): View {
  return {
    at: search['at'] ?? '',
    open: splitList(search['open']).slice(0, kMostOpen),
    overlay: search['show'] === 'state' ? 'state' : 'findings',
    form: isForm(search['view']) ? search['view'] : undefined,
    filter: search['filter'] ?? '',
    id: search['id'],
  };
}

export function searchOf(view: View): Search {
  return {
    at: view.at || undefined,
    open: view.open.slice(-kMostOpen).join() || undefined,
    show: view.overlay === 'findings' ? undefined : view.overlay,
    view: view.form,
    filter: view.filter || undefined,
    id: view.id,
  };
}
