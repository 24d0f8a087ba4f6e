import { Button } from '@mantine/core';
import { Icon } from '@/components/icons';
import { liveStore, useLiveStatus } from '@/lib/live_store';
import { age } from '@/lib/time';
import { useNow } from '@/lib/now';
import classes from '@/components/live_pill.module.css';

const words = { connecting: 'Connecting', live: 'Live', reconnecting: 'Reconnecting', stale: 'Stale' };

export function LivePill() {
  const { state } = useLiveStatus();
  return (
    <span
      className={classes.pill}
      data-state={state}
      role="status"
      aria-label={`Live updates: ${words[state]}`}
    >
      <span className={classes.dot} aria-hidden="true" />
      <span className={classes.word}>{words[state]}</span>
    </span>
  );
}

// Stands above the page while nothing is heard from the server; what is shown stays readable.
export function StaleBanner() {
  const { state, heardAt } = useLiveStatus();
  const now = useNow();
  if (state !== 'stale') return null;
  const at = new Date(Math.min(heardAt, now.getTime()));
  return (
    <div className={classes.banner}>
      <Icon name="warning" />
      <span>
        {/* The age is not in the alert: it would be read out again with each minute. */}
        <span role="alert">Live updates have stopped. This page may be out of date:</span> last heard from the
        server <strong>{age(at, now)}</strong> ago.
      </span>
      <Button size="xs" onClick={() => liveStore.retry()}>
        Try again now
      </Button>
    </div>
  );
}
