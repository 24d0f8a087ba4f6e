import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { accountsQuery } from '@/api/account';
import { summaryQuery } from '@/api/summary';
import { scanQuery } from '@/api/sweep';
import type { Account, Summary } from '@/api/types';
import { Icon } from '@/components/icons';
import { ChangeList } from '@/components/change_list';
import { Old, Page, Panel } from '@/components/panel';
import { ScanButton, ScanProgress } from '@/components/scan_progress';
import { useScope } from '@/components/scope';
import { useMay } from '@/components/session';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { count, plural } from '@/lib/format';
import { toChanges } from '@/lib/links';
import { Attention } from './attention_panel';
import { Figures } from './figures';
import { Owned } from './owned_panel';
import classes from './overview.module.css';

export function OverviewPage() {
  const scope = useScope();
  const { data: summary, error, refetch, isPlaceholderData } = useQuery(summaryQuery(scope));
  const { data: accounts } = useQuery(accountsQuery);
  return (
    <Page
      title="Overview"
      busy={isPlaceholderData}
      note={summary ? note(summary) : '\u00a0'}
      actions={<ScanButton />}
    >
      {error && !summary ? (
        <ErrorState error={error} what="The overview" onRetry={() => void refetch()} />
      ) : null}
      <ScanProgress />
      {summary ? (
        <Old old={isPlaceholderData}>
          <Content summary={summary} accounts={accounts?.items} />
        </Old>
      ) : null}
      {!summary && !error ? <Skeleton lines={4} height={112} /> : null}
    </Page>
  );
}

function note(summary: Summary): string {
  return `${plural(summary.accounts, 'account')}, ${plural(summary.regions, 'region')}`;
}

function Content({ summary, accounts }: { summary: Summary; accounts: Account[] | undefined }) {
  const { data: scan } = useQuery(scanQuery);
  if (accounts?.length === 0) return <NoAccount />;
  if (summary.resources === null) return <NothingSwept running={scan?.running ?? false} />;
  return (
    <>
      <Figures summary={summary} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <Attention summary={summary} accounts={accounts ?? []} />
          <Owned summary={summary} />
        </div>
        <Recent summary={summary} accounts={accounts ?? []} />
      </div>
    </>
  );
}

function Recent({ summary, accounts }: { summary: Summary; accounts: readonly Account[] }) {
  const accountNames = new Map(accounts.map((account) => [account.account_id, account.name]));
  const typeTitles = new Map(summary.by_type.map(({ value, title }) => [value, title]));
  const { created, found, changed, gone } = summary.changes_24h;
  const known = created !== null && found !== null && changed !== null && gone !== null;
  return (
    <Panel
      title="Last 24 hours"
      note={
        known
          ? `${count(created)} created, ${count(found)} first seen, ${count(changed)} changed, ${count(gone)} gone`
          : 'counts are unknown'
      }
      actions={<Link {...toChanges({ range: '24h' })}>All changes</Link>}
    >
      {summary.recent_changes.length > 0 ? (
        <ChangeList changes={summary.recent_changes} accountNames={accountNames} typeTitles={typeTitles} />
      ) : (
        <EmptyState icon="clock" title="Nothing changed">
          No resource appeared, changed or went in what could be read.
        </EmptyState>
      )}
    </Panel>
  );
}

function NoAccount() {
  const admin = useMay('admin');
  return (
    <Panel title="Start here">
      <EmptyState
        icon="connect"
        title="No account is connected"
        action={
          admin ? (
            <Button variant="filled" component={Link} to="/connect" leftSection={<Icon name="plus" />}>
              Connect an account
            </Button>
          ) : null
        }
      >
        HostMaster reads an AWS account through a read-only role that you make in it. An administrator can
        connect one in a few minutes.
      </EmptyState>
    </Panel>
  );
}

function NothingSwept({ running }: { running: boolean }) {
  return (
    <Panel title="The estate">
      <EmptyState
        icon="clock"
        title={running ? 'The first scan is under way' : 'Nothing has been scanned yet'}
        action={running ? null : <ScanButton />}
      >
        {running
          ? 'Resources appear here as soon as the first answers are stored.'
          : 'What is there is unknown until the first scan has asked.'}
      </EmptyState>
    </Panel>
  );
}
