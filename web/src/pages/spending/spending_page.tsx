import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { spendingQuery } from '@/api/spending';
import type { AccountSpending, Spending } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { Page, Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ShareBar } from '@/components/share_bar';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, smallUsd, usd } from '@/lib/format';
import { dearestCalls, share } from './spending';
import classes from './spending.module.css';

const kUnlimited = 'no limit';

// Which account credentials belong to, is asked of AWS too; as long as it has not answered, the call is nobody's.
function AccountUnknown() {
  return <span className="hm-muted">asked before the account was known</span>;
}

const accountColumns: Column<AccountSpending>[] = [
  {
    key: 'account',
    title: 'Account',
    cell: (account) => (
      <span className={classes.account}>
        {account.account_name ?? (account.account_id || <AccountUnknown />)}
        {account.account_name ? <span className="hm-muted"> {account.account_id}</span> : null}
      </span>
    ),
  },
  { key: 'calls', title: 'Calls', number: true, cell: (account) => count(account.calls) },
  { key: 'cost', title: 'Spent', number: true, cell: (account) => smallUsd(account.cost_usd) },
  {
    key: 'projected',
    title: 'By the end of the month',
    cell: (account) => (account.projected_usd === null ? <NoProjection /> : smallUsd(account.projected_usd)),
  },
  {
    key: 'budget',
    title: 'Budget',
    cell: (account) => <Budget spent={account.cost_usd} budget={account.budget_usd} />,
  },
  {
    key: 'metrics',
    title: 'Of it for metrics',
    cell: (account) =>
      account.metrics ? (
        <Budget spent={account.metrics_usd} budget={account.metrics_budget_usd} />
      ) : (
        <span className="hm-muted">switched off</span>
      ),
  },
];

function NoProjection() {
  return (
    <UnknownMark
      reasons={[{ what: 'The projection', reason: 'less than an hour has been counted', code: 'too_early' }]}
    />
  );
}

function Budget({ spent, budget }: { spent: string; budget: string | null }) {
  if (budget === null) return <span className="hm-muted">{kUnlimited}</span>;
  const used = share(spent, budget);
  return (
    <span className={classes.budget}>
      {smallUsd(spent)} of {usd(budget)}
      <ShareBar share={used} level={used >= 1 ? 'near' : undefined} />
    </span>
  );
}

function Figure({ title, value, note }: { title: string; value: ReactNode; note: ReactNode }) {
  return (
    <li className={classes.figure}>
      <h2 className={classes.title}>{title}</h2>
      <p className={classes.value}>{value}</p>
      <p className={classes.note}>{note}</p>
    </li>
  );
}

function Figures({ data }: { data: Spending }) {
  const free = data.free_requests;
  return (
    <ul className={classes.figures}>
      <Figure
        title="Spent this month"
        value={smallUsd(data.cost_usd)}
        note={
          <>
            {count(data.calls)} calls, as of <When at={data.as_of} never="never" />
          </>
        }
      />
      <Figure
        title="By the end of the month"
        value={data.projected_usd === null ? <NoProjection /> : smallUsd(data.projected_usd)}
        note="When it goes on as since the month began, or counting did"
      />
      <Figure
        title="Free requests of CloudWatch"
        value={
          data.free_requests_used === null ? (
            <UnknownMark reasons={[{ what: 'The number', reason: 'it is of all accounts', code: 'scope' }]} />
          ) : (
            count(data.free_requests_used)
          )
        }
        note={
          free === null ? 'None are set aside' : `Of ${count(Number(free))} that HostMaster may use a month`
        }
      />
    </ul>
  );
}

const callColumns: Column<ReturnType<typeof dearestCalls>[number]>[] = [
  { key: 'service', title: 'Service', cell: (row) => row.service },
  { key: 'operation', title: 'Call', cell: (row) => <code>{row.operation}</code> },
  { key: 'calls', title: 'Calls', number: true, cell: (row) => count(row.calls) },
  {
    key: 'cost',
    title: 'Cost',
    number: true,
    cell: (row) => (row.free ? <span className="hm-muted">free</span> : smallUsd(row.cost_usd)),
  },
];

export function SpendingPage() {
  const { data, error, refetch, isPlaceholderData } = useQuery(spendingQuery(useScope()));
  return (
    <Page
      title="What HostMaster costs"
      busy={isPlaceholderData}
      note="Its own calls to AWS in this calendar month (UTC), at list prices, counted before each is made"
    >
      {error && !data ? (
        <ErrorState error={error} what="What HostMaster costs" onRetry={() => void refetch()} />
      ) : null}
      {!data && !error ? <Skeleton lines={4} height={80} /> : null}
      {data ? <Content data={data} /> : null}
    </Page>
  );
}

function Content({ data }: { data: Spending }) {
  if (data.as_of === null) {
    return (
      <EmptyState title="Nothing has been saved yet this month">
        What calls to AWS cost is saved every minute.
      </EmptyState>
    );
  }
  return (
    <>
      <Figures data={data} />
      <Panel
        title="Accounts"
        note="A call beyond a budget is not made; what it would tell is shown as unknown"
        flush
      >
        <DataTable
          label="Accounts"
          name="spending.accounts"
          columns={accountColumns}
          rows={data.accounts}
          keyOf={(account) => account.account_id}
        />
      </Panel>
      <Panel title="Calls" note="Of all accounts that you may see, the dearest first" flush>
        <DataTable
          label="Calls"
          name="spending.calls"
          columns={callColumns}
          rows={dearestCalls(data)}
          keyOf={(row) => `${row.service}:${row.operation}`}
        />
      </Panel>
      {data.months.length > 0 ? (
        <Panel title="Earlier months" flush>
          <DataTable
            label="Earlier months"
            name="spending.months"
            columns={[
              { key: 'month', title: 'Month', cell: (month) => month.month },
              { key: 'calls', title: 'Calls', number: true, cell: (month) => count(month.calls) },
              { key: 'cost', title: 'Cost', number: true, cell: (month) => smallUsd(month.cost_usd) },
            ]}
            rows={data.months}
            keyOf={(month) => month.month}
          />
        </Panel>
      ) : null}
    </>
  );
}
