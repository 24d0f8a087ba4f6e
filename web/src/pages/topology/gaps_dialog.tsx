import { Link } from '@tanstack/react-router';
import { Dialog } from '@/components/dialog';
import { When } from '@/components/when';
import { plural, sentence } from '@/lib/format';
import { toCoverage } from '@/lib/links';
import { outcomeWords } from '@/lib/outcomes';
import type { Levels } from './scene';
import { titleOf } from './tools';
import classes from './topology.module.css';

interface Props {
  levels: Levels;
  path: string | undefined; // of the level whose gaps are shown
  onClose: () => void;
}

// What could not be asked in a part of the estate, and why: there may be more of everything that stands here.
export function GapsDialog({ levels, path, onClose }: Props) {
  const level = path === undefined ? undefined : levels.get(path)?.data;
  const gaps = level?.gaps;
  return (
    <Dialog
      open={gaps !== undefined}
      onClose={onClose}
      label={`Not known in ${path === undefined ? '' : titleOf(levels, path)}`}
      wide
    >
      {gaps ? (
        <div className={classes.gaps}>
          <p>
            {plural(gaps.places, 'place')} could not be read at the latest sweep, {gaps.unread} of them never:
            what is there now is unknown, and it may belong here.
          </p>
          <ul>
            {gaps.items.map((gap) => (
              <li key={`${gap.type} ${gap.region}`} className={classes.gap}>
                <span>
                  {gap.type_title}{' '}
                  <span className="hm-muted">
                    {outcomeWords[gap.outcome].title.toLowerCase()}, last read{' '}
                    <When at={gap.swept_at} never="never" />
                  </span>
                </span>
                <span className="hm-muted">
                  {sentence(gap.problem?.message ?? '')}
                  {gap.problem?.permission ? (
                    <>
                      {' '}
                      <code>{gap.problem.permission}</code>
                    </>
                  ) : null}
                </span>
              </li>
            ))}
          </ul>
          {gaps.places > gaps.items.length ? (
            <p className="hm-muted">
              {plural(gaps.places - gaps.items.length, 'more place')} are not listed here.
            </p>
          ) : null}
          <Link {...toCoverage({ outcome: 'not_ok' })}>All of it on the Coverage page</Link>
        </div>
      ) : null}
    </Dialog>
  );
}
