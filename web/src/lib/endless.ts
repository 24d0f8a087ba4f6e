// When a list that is loaded page by page may load on, and what is left of it when it begins anew.

export interface Reached {
  index: number; // the last row that is looked at
  loaded: number;
  most: number; // rows that are kept
  hasNextPage: boolean;
  isFetching: boolean;
  failed: boolean; // the last request; asking again is for a person, or the server is stormed
}

export const mayGoOn = ({ index, loaded, most, hasNextPage, isFetching, failed }: Reached) =>
  index >= loaded - 1 && loaded < most && hasNextPage && !isFetching && !failed;

interface Pages<Page, Param> {
  pages: Page[];
  pageParams: Param[];
}

export const firstPage = <Page, Param>(all: Pages<Page, Param>): Pages<Page, Param> => ({
  pages: all.pages.slice(0, 1),
  pageParams: all.pageParams.slice(0, 1),
});

// Where a walk from row to row leads. The open one may have left the list (it was decided about, and the filter
// leaves such ones out): then the row that took its place is the next one. `at` is where it was last.
export function neighbour(ids: readonly string[], id: string, step: 1 | -1, at = -1): string | undefined {
  const here = ids.indexOf(id);
  if (here >= 0) return ids[here + step];
  if (at < 0) return undefined;
  return ids[step > 0 ? at : at - 1];
}
