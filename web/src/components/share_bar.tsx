import classes from '@/components/share_bar.module.css';

export type ShareLevel = 'near' | 'full';

// How much of something is used, under the figures that say so: it is for the eye alone.
export function ShareBar({ share, level }: { share: number; level?: ShareLevel | undefined }) {
  return (
    <span className={classes.track} aria-hidden="true">
      <span className={classes.bar} data-level={level} style={{ width: `${Math.min(share, 1) * 100}%` }} />
    </span>
  );
}
