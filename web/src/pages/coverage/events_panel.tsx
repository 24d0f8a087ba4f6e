import { useQuery } from '@tanstack/react-query';
import { eventQueuesQuery } from '@/api/event_queue';
import type { EventQueue } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ErrorState } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, duration, plural, sentence } from '@/lib/format';
import classes from './coverage.module.css';

const columns: Column<EventQueue>[] = [
  {
    key: 'queue',
    title: 'Queue',
    cell: (queue) => (
      <span className={classes.whole} title={queue.url}>
        {queue.url.slice(queue.url.lastIndexOf('/') + 1)} in {queue.region}
      </span>
    ),
  },
  { key: 'account', title: 'Account', cell: (queue) => queue.account_name },
  { key: 'state', title: 'State', cell: (queue) => <State queue={queue} /> },
  { key: 'last', title: 'Last event', cell: (queue) => <When at={queue.event_at} never="none so far" /> },
  {
    key: 'delay',
    title: 'Seen after',
    cell: (queue) =>
      queue.delay_s === null ? (
        <span className="hm-muted">not known yet</span>
      ) : (
        <span
          className="hm-num"
          title={queue.lag_s === null ? undefined : `${duration(queue.lag_s * 1000)} after it happened`}
        >
          {duration(queue.delay_s * 1000)}
        </span>
      ),
  },
  {
    key: 'counts',
    title: 'Messages',
    cell: ({ counts, refusal }) => {
      const useless = counts.malformed + counts.unrecognized + counts.elsewhere;
      return (
        <span title={refusal ? sentence(refusal) : undefined}>
          {count(counts.received)}, {plural(counts.looks, 'look')}
          {useless > 0 ? `, ${count(useless)} of no use` : ''}
          {counts.kept > 0 ? `, ${count(counts.kept)} kept` : ''}
        </span>
      );
    },
  },
];

function State({ queue }: { queue: EventQueue }) {
  if (queue.state === 'ok') return <>Read</>;
  const why = queue.message ? `: ${queue.message}` : '';
  return (
    <span>
      <UnknownMark reasons={[]} label="Not known" /> since{' '}
      <When at={queue.not_known_since} never="the start" />
      <span className="hm-muted">{why}</span>
    </span>
  );
}

// What tells of changes at once. Without it the sweeps see them, minutes later.
export function EventsPanel() {
  const { data, error, refetch } = useQuery(eventQueuesQuery(useScope()));
  if (error && !data)
    return <ErrorState error={error} what="The queues of events" onRetry={() => void refetch()} />;
  if (!data || data.items.length === 0) return null;
  return (
    <Panel
      title="Events"
      note="What changes is looked at when its event comes; sweeps see what no event told of"
      flush
    >
      <DataTable label="Queues of events" columns={columns} rows={data.items} keyOf={(queue) => queue.url} />
    </Panel>
  );
}
