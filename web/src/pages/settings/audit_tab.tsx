import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { auditQuery } from '@/api/settings';
import type { AuditEntry } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { Panel } from '@/components/panel';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { type Json, leaves } from '@/lib/document_paths';
import { count } from '@/lib/format';
import { useMore } from '@/lib/use_more';
import { useTypedFilter } from '@/lib/use_typed_filter';
import { detailText } from './scope_text';
import classes from './settings.module.css';

const columns: Column<AuditEntry>[] = [
  { key: 'at', title: 'When', cell: (entry) => <When at={entry.at} exact /> },
  {
    key: 'actor',
    title: 'Who',
    cell: (entry) => (
      <div>
        {entry.actor}
        <div className={classes.sub}>
          by {entry.via}
          {entry.peer ? ` from ${entry.peer}` : ''}
        </div>
      </div>
    ),
  },
  { key: 'action', title: 'What', cell: (entry) => <code>{entry.action}</code> },
  { key: 'target', title: 'On', cell: (entry) => entry.target },
  {
    key: 'outcome',
    title: 'Outcome',
    cell: (entry) => (entry.outcome === 'ok' ? 'done' : <strong>refused</strong>),
  },
  {
    key: 'details',
    title: 'Details',
    cell: (entry) => <Details of={entry.details as Json} />,
  },
];

function Details({ of }: { of: Json }) {
  const all = leaves(of).filter((leaf) => leaf.path !== '');
  if (all.length === 0) return <span className="hm-muted">none</span>;
  return (
    <dl className={classes.details}>
      {all.map((leaf) => (
        <div key={leaf.path}>
          <dt>{leaf.path}: </dt>
          <dd>{detailText(leaf)}</dd>
        </div>
      ))}
    </dl>
  );
}

type Typed = ReturnType<typeof useTypedFilter>;

function Filters({ who, what }: { who: Typed; what: Typed }) {
  return (
    <span className={classes.filters}>
      <TextInput
        size="xs"
        aria-label="Who"
        placeholder="Who"
        value={who.text}
        onChange={(event) => who.setText(event.currentTarget.value)}
      />
      <TextInput
        size="xs"
        aria-label="What"
        placeholder="What: user. or key.revoke"
        value={what.text}
        onChange={(event) => what.setText(event.currentTarget.value)}
      />
    </span>
  );
}

export function AuditTab() {
  const search = useSearch({ strict: false }) as { actor?: string; action?: string };
  const navigate = useNavigate();
  const change = (part: { actor?: string; action?: string }) =>
    void navigate({
      to: '.',
      replace: true,
      search: (before: Record<string, unknown>) => ({ ...before, ...part }),
    });
  const { actor = '', action = '' } = search;
  const who = useTypedFilter(actor, (next) => change({ actor: next || undefined }));
  const what = useTypedFilter(action, (next) => change({ action: next || undefined }));
  const wanted = { ...(actor ? { actor } : {}), ...(action ? { action } : {}) };
  const query = useInfiniteQuery(auditQuery(wanted));
  const { data, error, refetch, hasNextPage } = query;
  const { more, asking } = useMore(query);
  const entries = data?.pages.flatMap((page) => page.items) ?? [];
  const chain = data?.pages[0]?.chain;
  return (
    <Panel
      title="Audit log"
      note={chain?.intact ? `The chain of ${count(chain.checked)} entries is intact` : undefined}
      actions={<Filters who={who} what={what} />}
      flush
    >
      {chain && !chain.intact ? (
        <p className={classes.alarm} role="alert">
          The chain is broken at entry {chain.broken_at}: an entry was altered or removed outside the program.
        </p>
      ) : null}
      {error && !data ? (
        <ErrorState error={error} what="The audit log" onRetry={() => void refetch()} />
      ) : null}
      {!data && !error ? <Skeleton lines={8} height={28} /> : null}
      {data && entries.length === 0 ? <EmptyState icon="search" title="No entry fits" /> : null}
      {entries.length > 0 ? (
        <DataTable
          label="Audit log"
          name="settings.audit"
          columns={columns}
          rows={entries}
          keyOf={(entry) => String(entry.seq)}
        />
      ) : null}
      {hasNextPage ? (
        <div className={classes.more}>
          <Button size="xs" onClick={more} loading={asking}>
            Older entries
          </Button>
        </div>
      ) : null}
    </Panel>
  );
}
