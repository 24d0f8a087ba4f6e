import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { sweepsThatQuery } from '@/api/sweep';
import type { Sweep } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { FailureStrip } from '@/components/endless_list';
import { OutcomeLabel } from '@/components/outcome';
import { Old, Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { count, duration, sentence } from '@/lib/format';
import { kOutcomes, outcomeWords } from '@/lib/outcomes';
import { useMore } from '@/lib/use_more';
import classes from './coverage.module.css';

interface Props {
  only: string | undefined;
  onOpen: (sweep: Sweep) => void;
}

const columns = (onOpen: Props['onOpen']): Column<Sweep>[] => [
  { key: 'outcome', title: 'Outcome', cell: (sweep) => <OutcomeLabel outcome={sweep.outcome} /> },
  {
    key: 'what',
    title: 'What',
    cell: (sweep) => (
      <button type="button" className={classes.open} onClick={() => onOpen(sweep)}>
        {sweep.type_title}
      </button>
    ),
  },
  {
    key: 'where',
    title: 'Where',
    cell: (sweep) => (
      <span title={sweep.account_id}>
        {sweep.account_name}, {sweep.region}
      </span>
    ),
  },
  {
    key: 'why',
    title: 'Why, and what to do',
    cell: (sweep) => (
      <div>
        {sweep.problem?.permission ? (
          <>
            Missing <code>{sweep.problem.permission}</code>
          </>
        ) : (
          sentence(sweep.problem?.message ?? '')
        )}
        <div className={classes.todo}>{outcomeWords[sweep.outcome].todo}</div>
      </div>
    ),
  },
  { key: 'asked', title: 'Asked', cell: (sweep) => <When at={sweep.started_at} /> },
  { key: 'last', title: 'Last complete', cell: (sweep) => <When at={sweep.swept_at} never="never" /> },
  { key: 'took', title: 'Took', number: true, cell: (sweep) => duration(sweep.duration_ms) },
  { key: 'calls', title: 'Calls', number: true, cell: (sweep) => count(sweep.calls) },
];

const isOutcome = (text: string | undefined): text is Sweep['outcome'] =>
  text !== 'pending' && kOutcomes.some((known) => known === text);

// Every sweep that did not end well, in words.
export function GapsPanel({ only, onOpen }: Props) {
  const scope = useScope();
  const outcome = isOutcome(only) ? only : 'not_ok';
  const query = useInfiniteQuery(sweepsThatQuery(outcome, scope));
  const { data, error, hasNextPage, isPlaceholderData, refetch, fetchNextPage } = query;
  const { more, asking } = useMore(query);
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const total = data?.pages[0]?.total;
  const title = outcome === 'ok' ? 'Sweeps that were answered' : 'Gaps';
  const retry = () => void (query.isFetchNextPageError ? fetchNextPage() : refetch());
  return (
    <Panel title={title} note={total === undefined ? undefined : count(total)} flush>
      {error && !data ? <ErrorState error={error} what="The gaps" onRetry={retry} /> : null}
      {!data && !error ? <Skeleton lines={4} height={44} /> : null}
      <FailureStrip error={data ? error : null} what="The gaps" onRetry={retry} />
      <Old old={isPlaceholderData}>
        {total === 0 ? (
          <EmptyState icon="check" title={outcome === 'not_ok' ? 'No gaps' : 'No sweep ended so'}>
            {outcome === 'not_ok'
              ? 'Every sweep that was made in this scope was answered in full.'
              : 'Choose another outcome above.'}
          </EmptyState>
        ) : null}
        {rows.length > 0 ? (
          <DataTable
            label={title}
            name="coverage.gaps"
            columns={columns(onOpen)}
            rows={rows}
            keyOf={(sweep) => `${sweep.account_id} ${sweep.region} ${sweep.type}`}
          />
        ) : null}
      </Old>
      {hasNextPage ? (
        <div className={classes.more}>
          <Button size="xs" variant="subtle" loading={asking} onClick={more}>
            Show more ({count(Math.max(0, (total ?? 0) - rows.length))} left)
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
