import { Icon } from '@/components/icons';
import { When } from '@/components/when';
import { plural } from '@/lib/format';
import { doubtsOf, type Trust } from './trust';
import classes from './query.module.css';

const titleOf = (rowsMayMiss: boolean, isOld: boolean) => {
  if (rowsMayMiss) return 'Unknown: not everything behind this answer could be read, so rows may be missing.';
  return isOld
    ? 'Not everything could be read again: rows of these places are as old as said.'
    : 'Older than what is known: the tables lag behind the inventory.';
};

// Above the rows: what is missing from them, and where they are old. Nothing when all was read.
export function UnknownNotice({ trust }: { trust: Trust }) {
  const { rowsMayMiss, shown, more, columns, behind } = doubtsOf(trust);
  if (shown.length === 0 && columns.length === 0 && behind === null) return null;
  return (
    <div className={classes.notice} role="status">
      <p className={classes.noticeTitle}>
        <Icon name="warning" />
        {titleOf(rowsMayMiss, shown.length > 0)}
      </p>
      {behind ? (
        <p>
          {plural(behind.changes, 'change')} since <When at={behind.since} never="never" /> not shown yet.
        </p>
      ) : null}
      <ul>
        {columns.map((column) => (
          <li key={column}>
            <code>{column}</code>: the last known value or null is shown
          </li>
        ))}
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
