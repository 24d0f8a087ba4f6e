// How the sweeps of a place, an account or a scope have ended, in numbers. Apart from the words for it, which the page
// in which somebody arrives does not need.
export interface Counts {
  total: number;
  ok: number;
  denied: number;
  failed: number;
  throttled: number;
  skipped: number;
  pending: number;
}

// Everything that was not answered in full: what the pages call a gap.
export const gaps = (counts: Counts) => counts.total - counts.ok;
