import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { accountsQuery, changeAccount, removeAccount } from '@/api/account';
import type { Account } from '@/api/types';
import { AtLeast } from '@/components/at_least';
import { ConfirmDialog } from '@/components/confirm_dialog';
import { CoverageBar } from '@/components/coverage_bar';
import { type Column, DataTable } from '@/components/data_table';
import { Icon } from '@/components/icons';
import { Panel } from '@/components/panel';
import { useMay } from '@/components/session';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { announce } from '@/components/toast';
import { When } from '@/components/when';
import { count, plural, sentence } from '@/lib/format';
import { queueWords } from '@/lib/event_queues';
import { gaps } from '@/lib/gaps';
import { QueuesDialog } from './queues_dialog';
import classes from './settings.module.css';

const states: Record<Account['state'], string> = {
  ok: 'OK',
  partial: 'With gaps',
  failing: 'Cannot be read',
  pending: 'First scan pending',
  disabled: 'Switched off',
  closed: 'Closed',
};

const sources: Record<Account['source'], string> = {
  config: 'from the configuration file',
  organization: 'found in the organization',
  api: '',
};

function AccountState({ account }: { account: Account }) {
  return (
    <div>
      <span className={classes.state} data-state={account.state}>
        {states[account.state]}
      </span>
      {account.closed ? (
        <div className={classes.sub}>
          AWS Organizations says {account.closed}: what is shown of it is what was seen last
        </div>
      ) : null}
      {account.problem ? (
        <div className={`${classes.sub} ${classes.problem}`} title={account.problem.message}>
          {sentence(account.problem.message)}
        </div>
      ) : null}
    </div>
  );
}

function Queues({ urls }: { urls: readonly string[] }) {
  if (urls.length === 0) return <span className="hm-muted">none</span>;
  return (
    <ul className={classes.queues}>
      {urls.map((url) => (
        <li key={url} title={url}>
          {queueWords(url)}
        </li>
      ))}
    </ul>
  );
}

const columns = (buttons: (account: Account) => React.ReactNode): Column<Account>[] => [
  {
    key: 'name',
    title: 'Account',
    cell: (account) => (
      <div>
        {account.name}
        <div className={`${classes.sub} ${classes.whole}`}>{account.account_id}</div>
      </div>
    ),
  },
  {
    key: 'state',
    title: 'State',
    cell: (account) => <AccountState account={account} />,
  },
  {
    key: 'role',
    title: 'Read through',
    cell: (account) => (
      <div>
        {account.role_arn ? <code>{account.role_arn}</code> : 'the server’s own credentials'}
        {account.external_id ? (
          <div className={classes.sub}>
            external id <span className={classes.whole}>{account.external_id}</span>
          </div>
        ) : null}
        {sources[account.source] ? <div className={classes.sub}>{sources[account.source]}</div> : null}
      </div>
    ),
  },
  {
    key: 'regions',
    title: 'Regions',
    cell: (account) =>
      account.regions.length > 0 ? (
        account.regions.join(', ')
      ) : (
        <span className={classes.whole}>all enabled</span>
      ),
  },
  {
    key: 'queues',
    title: 'Event queues',
    cell: (account) => <Queues urls={account.event_queues} />,
  },
  {
    key: 'resources',
    title: 'Resources',
    number: true,
    cell: (account) => <AtLeast value={account.resources} gaps={gaps(account.counts)} />,
  },
  {
    key: 'coverage',
    title: 'Coverage',
    cell: (account) => (
      <div className={classes.bar}>
        <CoverageBar counts={account.counts} legend={false} />
        <div className={classes.sub}>
          {account.counts.total > 0
            ? `${count(account.counts.ok)} of ${plural(account.counts.total, 'sweep')}, `
            : ''}
          last complete <When at={account.swept_at} never="never" />
        </div>
      </div>
    ),
  },
  { key: 'buttons', title: 'Actions', hideTitle: true, cell: buttons },
];

function useAccountActions() {
  const client = useQueryClient();
  const [leaving, setLeaving] = useState<Account>();
  const refresh = () => client.invalidateQueries({ queryKey: accountsQuery.queryKey });
  const change = useMutation({
    mutationFn: (account: Account) => changeAccount(account.account_id, { enabled: !account.enabled }),
    onSuccess: refresh,
  });
  const remove = useMutation({
    mutationFn: (account: Account) => removeAccount(account.account_id),
    onSuccess: (_nothing, account) => {
      setLeaving(undefined);
      announce(`${account.name} is not read any more`);
      return refresh();
    },
    onError: () => {}, // shown in the dialog
  });
  const leave = (account: Account | undefined) => {
    remove.reset();
    setLeaving(account);
  };
  return { change, leave, leaving: { account: leaving, remove, leave } };
}

type Leaving = ReturnType<typeof useAccountActions>['leaving'];

function LeaveDialog({ account, remove, leave }: Leaving) {
  return (
    <ConfirmDialog
      open={account !== undefined}
      title={`Stop reading ${account?.name ?? ''}`}
      word={account?.account_id ?? ''}
      action="Stop reading it"
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => account && remove.mutate(account)}
      onClose={() => leave(undefined)}
    >
      The account is not asked any more. What is known of it stays, with its age. Nothing changes in AWS:
      delete the role there if it is not needed any more.
    </ConfirmDialog>
  );
}

export function AccountsTab() {
  const { data, error, refetch } = useQuery(accountsQuery);
  const admin = useMay('admin');
  const { change, leave, leaving } = useAccountActions();
  const [queuesOf, setQueuesOf] = useState<Account>();
  const buttons = (account: Account) =>
    admin && account.source === 'api' ? (
      <div className={classes.buttons}>
        <Button size="xs" onClick={() => setQueuesOf(account)}>
          Event queues
        </Button>
        <Button size="xs" onClick={() => change.mutate(account)} loading={change.isPending}>
          {account.enabled ? 'Switch off' : 'Switch on'}
        </Button>
        <Button size="xs" onClick={() => leave(account)}>
          Remove
        </Button>
      </div>
    ) : null;
  const connect = admin ? (
    <Button component={Link} to="/connect" leftSection={<Icon name="plus" />}>
      Connect an account
    </Button>
  ) : null;
  return (
    <Panel title="Accounts" actions={connect} flush>
      {error && !data ? (
        <ErrorState error={error} what="The accounts" onRetry={() => void refetch()} />
      ) : null}
      {!data && !error ? <Skeleton lines={4} height={44} /> : null}
      {data?.items.length === 0 ? (
        <EmptyState icon="connect" title="No account is connected">
          Connect one to see what runs in it.
        </EmptyState>
      ) : null}
      {data && data.items.length > 0 ? (
        <DataTable
          label="Accounts"
          name="settings.accounts"
          columns={columns(buttons)}
          rows={data.items}
          keyOf={(account) => account.account_id}
        />
      ) : null}
      <QueuesDialog account={queuesOf} onClose={() => setQueuesOf(undefined)} />
      <LeaveDialog {...leaving} />
    </Panel>
  );
}
