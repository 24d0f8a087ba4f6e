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
        {queue.url.slice(queue.url.lastIndexOf('/') + 1)} in {queue.region || 'a region not known'}
      </span>
    ),
  },
  {
    key: 'account',
    title: 'Account',
    cell: (queue) => <span className={classes.short}>{queue.account_name || 'not known'}</span>,
  },
  { key: 'state', title: 'State', cell: (queue) => <State queue={queue} /> },
  {
    key: 'last',
    title: 'Last event',
    cell: (queue) => (
      <span className={classes.short}>
        <When at={queue.event_at} never="none so far" />
      </span>
    ),
  },
  { key: 'delay', title: 'Seen after', cell: (queue) => <Delay queue={queue} /> },
  { key: 'counts', title: 'Messages', cell: (queue) => <Messages queue={queue} /> },
];

function State({ queue }: { queue: EventQueue }) {
  if (queue.state === 'ok') return <>Read</>;
  if (queue.state === 'pending')
    return (
      <>
        <UnknownMark reasons={[]} label="Not known" /> so far: nobody has asked it yet
      </>
    );
  return (
    <div className={classes.why}>
      <UnknownMark reasons={[]} label="Not known" /> since{' '}
      <When at={queue.not_known_since} never="the start" />
      {queue.message ? <div className={classes.todo}>{sentence(queue.message)}</div> : null}
    </div>
  );
}

// From the message's arrival, which is what can be done something about; an event may come to the queue late.
function Delay({ queue }: { queue: EventQueue }) {
  if (queue.delay_s === null) return <span className={`${classes.short} hm-muted`}>not known yet</span>;
  return (
    <div className={classes.short}>
      <span className="hm-num">{longOrShort(queue.delay_s)}</span>
      {queue.lag_s === null ? null : (
        <div className={`${classes.todo} hm-num`}>{longOrShort(queue.lag_s)} after the event</div>
      )}
    </div>
  );
}

const longOrShort = (seconds: number) =>
  seconds < 120 ? duration(seconds * 1000) : plural(Math.round(seconds / 60), 'minute');

function Messages({ queue: { counts, refusal } }: { queue: EventQueue }) {
  const useless = counts.malformed + counts.unrecognized + counts.elsewhere;
  return (
    <div>
      <span className={classes.short}>
        {plural(counts.received, 'message')}, {plural(counts.looks, 'look')}
      </span>
      {useless > 0 ? `, ${count(useless)} of no use` : ''}
      {counts.kept > 0 ? `, ${count(counts.kept)} to come again` : ''}
      {useless > 0 && refusal ? <div className={classes.todo}>{sentence(refusal)}</div> : null}
    </div>
  );
}

export function EventQueues({ queues }: { queues: readonly EventQueue[] }) {
  return (
    <DataTable
      label="Queues of events"
      name="coverage.events"
      columns={columns}
      rows={queues}
      keyOf={(queue) => queue.url}
    />
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
      <EventQueues queues={data.items} />
    </Panel>
  );
}
