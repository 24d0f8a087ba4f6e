// What a list of findings says about itself: an empty one proves something only where every rule has looked and
// could tell.
import type { FindingPage } from '@/api/types';
import { plural } from '@/lib/format';

type Doubted = Pick<FindingPage, 'as_of' | 'unknown'>;

export function doubts({ count, gaps, failed_rules: failed, not_run: idle }: FindingPage['unknown']): string {
  const parts = [
    count > 0 ? `${plural(count, 'outcome')} cannot be told` : '',
    // A sweep that several rules need counts for each of them, so these are no sweeps.
    gaps > 0
      ? `${plural(gaps, 'time')} a rule had to leave a place out, since it is not known what there is`
      : '',
    failed > 0 ? `${plural(failed, 'rule')} failed` : '',
    idle > 0 ? `${plural(idle, 'rule')} ${idle === 1 ? 'has' : 'have'} not looked at anything here` : '',
  ];
  return parts.filter(Boolean).join('; ');
}

export const clear = (page: Doubted): boolean => page.as_of !== null && doubts(page.unknown) === '';
