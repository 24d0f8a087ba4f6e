import type { TagShare } from '@/api/types';
import { count, percent } from '@/lib/format';
import classes from './tags.module.css';

const parts = [
  { part: 'tagged', title: 'tagged' },
  { part: 'untagged', title: 'untagged' },
  { part: 'unknown', title: 'unknown' },
] as const;

export const totalOf = (share: Omit<TagShare, 'key'>) => share.tagged + share.untagged + share.unknown;

// The share of those that could be told of: what is unknown is neither.
export function shareText(share: Omit<TagShare, 'key'>): string {
  const known = share.tagged + share.untagged;
  return known === 0 ? 'unknown' : percent(share.tagged, known);
}

// Three numbers that are never mixed, as one bar and in words.
export function ShareBar({ share }: { share: Omit<TagShare, 'key'> }) {
  const spoken = parts.map(({ part, title }) => `${count(share[part])} ${title}`).join(', ');
  return (
    <span className={classes.share}>
      <span className={classes.percent} data-unknown={share.tagged + share.untagged === 0 || undefined}>
        {totalOf(share) === 0 ? 'none' : shareText(share)}
      </span>
      <span className={classes.bar} role="img" aria-label={spoken}>
        {parts
          .filter(({ part }) => share[part] > 0)
          .map(({ part }) => (
            <span key={part} className={classes.part} data-part={part} style={{ flexGrow: share[part] }} />
          ))}
      </span>
      <span className={classes.numbers} aria-hidden="true">
        {parts
          .filter(({ part }) => part !== 'unknown' || share.unknown > 0)
          .map(({ part, title }) => (
            <span key={part}>
              {count(share[part])} {title}
            </span>
          ))}
      </span>
    </span>
  );
}
