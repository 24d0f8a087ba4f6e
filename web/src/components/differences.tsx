import type { Comparison } from '@/api/types';
import { UnknownMark } from '@/components/unknown';
import { type Json, pointerToPath, text } from '@/lib/document_paths';
import classes from '@/components/differences.module.css';

type Difference = Comparison['differences'][number];

interface Props {
  of: Comparison & { compared_with_none: boolean };
}

// What differs between two versions, member by member, and what of it nobody knows.
export function Differences({ of }: Props) {
  const { differences, truncated, unknown_before: before, unknown_after: after } = of;
  if (of.compared_with_none) {
    return (
      <p className={classes.note}>The version before is not kept any more: what changed is not known.</p>
    );
  }
  if (differences.length + before.length + after.length === 0) return null;
  return (
    <>
      <ul className={classes.differences}>
        {differences.map((difference) => (
          <li key={`${difference.kind} ${difference.path}`} className={classes.difference}>
            <code className={classes.path}>{pointerToPath(difference.path)}</code>
            <span className={classes.values}>
              <Before difference={difference} reasons={before} />
              <After difference={difference} reasons={after} />
            </span>
          </li>
        ))}
        {truncated ? <li className="hm-muted">There are more differences than are listed.</li> : null}
      </ul>
      <Unread words="could not be read before" parts={before} />
      <Unread words="could not be read" parts={after} />
    </>
  );
}

interface SideProps {
  difference: Difference;
  reasons: Comparison['unknown_before'];
}

const isUnknown = (value: unknown) => value === null || value === undefined;

function Before({ difference, reasons }: SideProps) {
  if (difference.before_unknown && isUnknown(difference.before)) {
    return <UnknownMark reasons={reasons} label="unknown before" />;
  }
  if (difference.kind === 'added') return null;
  return (
    <del className={classes.before}>
      <span className="hm-sr">{difference.before_unknown ? 'before, last known: ' : 'before: '}</span>
      {text(difference.before as Json)}
    </del>
  );
}

function After({ difference, reasons }: SideProps) {
  if (difference.after_unknown && isUnknown(difference.after)) {
    return <UnknownMark reasons={reasons} label="unknown now" />;
  }
  if (difference.kind === 'removed') return <span className="hm-muted">removed</span>;
  return (
    <ins className={classes.after}>
      <span className="hm-sr">{difference.after_unknown ? 'after, last known: ' : 'after: '}</span>
      {text(difference.after as Json)}
    </ins>
  );
}

// Parts without a difference may differ all the same: nobody could look.
function Unread({ words, parts }: { words: string; parts: Comparison['unknown_before'] }) {
  if (parts.length === 0) return null;
  return (
    <p className={classes.note}>
      {parts.map((part) => part.what).join(', ')} {words}
      {': '}
      {[...new Set(parts.map((part) => part.reason))].join('; ')}
    </p>
  );
}
