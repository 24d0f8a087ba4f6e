import { Icon } from '@/components/icons';
import { When } from '@/components/when';
import { plural } from '@/lib/format';
import { doubtsOf, type Trust } from './trust';
import classes from './query.module.css';

// Above the rows: what is missing from them, and where they are old. Nothing when all was read.
export function UnknownNotice({ trust }: { trust: Trust }) {
  const { rowsMayMiss, shown, more } = doubtsOf(trust);
  if (shown.length === 0) return null;
  return (
    <div className={classes.notice} role="status">
      <p className={classes.noticeTitle}>
        <Icon name="warning" />
        {rowsMayMiss
          ? 'Unknown: not everything behind this answer could be read, so rows may be missing.'
          : 'Not everything could be read again: rows of these places are as old as said.'}
      </p>
      <ul>
        {shown.map(({ key, what, where, why, since }) => (
          <li key={key}>
            <code>{what}</code>
            {where ? ` in ${where}` : ''}: {why}
            {since === null ? (
              '; unknown, not empty'
            ) : (
              <>
                ; as of <When at={since} never="never" />
              </>
            )}
          </li>
        ))}
      </ul>
      {more > 0 ? <p>And {plural(more, 'more place')}: the Coverage page names them.</p> : null}
    </div>
  );
}
