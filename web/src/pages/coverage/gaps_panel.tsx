import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Sweep } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { OutcomeLabel } from '@/components/outcome';
import { Panel } from '@/components/panel';
import { EmptyState } from '@/components/states';
import { When } from '@/components/when';
import { count, duration, sentence } from '@/lib/format';
import { outcomeWords } from '@/lib/outcomes';
import classes from './coverage.module.css';

const kFirst = 25;
const kTimes = 4; // each press shows so many times as much: a silent region or a denied account has hundreds

interface Props {
  sweeps: readonly Sweep[];
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

// Every sweep that did not end well, in words.
export function GapsPanel({ sweeps, only, onOpen }: Props) {
  const [shown, setShown] = useState(kFirst);
  const wanted = sweeps.filter((sweep) =>
    only && only !== 'not_ok' ? sweep.outcome === only : sweep.outcome !== 'ok',
  );
  const title = only === 'ok' ? 'Sweeps that were answered' : 'Gaps';
  return (
    <Panel title={title} note={count(wanted.length)} flush>
      {wanted.length === 0 ? (
        <EmptyState icon="check" title={only ? 'No sweep ended so' : 'No gaps'}>
          {only
            ? 'Choose another outcome above.'
            : 'Every sweep that was made in this scope was answered in full.'}
        </EmptyState>
      ) : (
        <DataTable
          label={title}
          columns={columns(onOpen)}
          rows={wanted.slice(0, shown)}
          keyOf={(sweep) => `${sweep.account_id} ${sweep.region} ${sweep.type}`}
        />
      )}
      {wanted.length > shown ? (
        <div className={classes.more}>
          <Button size="xs" variant="subtle" onClick={() => setShown(shown * kTimes)}>
            Show more ({count(wanted.length - shown)} left)
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
