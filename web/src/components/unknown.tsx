import type { Unknown } from '@/api/types';
import classes from '@/components/unknown.module.css';

// What could not be read: never empty, never zero, always with the reason.
export function UnknownMark({ reasons, label = 'unknown' }: { reasons: readonly Unknown[]; label?: string }) {
  const why = reasons.map((each) => `${each.what}: ${each.reason}`).join('\n');
  return (
    <span className={classes.mark} title={why || 'It could not be read'}>
      <span aria-hidden="true" className={classes.sign}>
        ?
      </span>
      {label}
      {why ? <span className="hm-sr"> ({why})</span> : null}
    </span>
  );
}
