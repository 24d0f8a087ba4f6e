import { Button, NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { kQuotaShows, type QuotaShow, quotasQuery } from '@/api/quota';
import type { Quota, QuotaList } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { Old, Page, Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ShareBar } from '@/components/share_bar';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, plural } from '@/lib/format';
import { toCoverage, toResource } from '@/lib/links';
import { useMore } from '@/lib/use_more';
import { amount } from './amount';
import { searchOf, type View, viewOf } from './quotas_search';
import classes from './quotas.module.css';

const kFull = 100;
const kNear = 80;
const kServiceType = 'servicequotas/service_quota';

const columns: Column<Quota>[] = [
  {
    key: 'quota',
    title: 'Quota',
    cell: (quota) => (
      <span className={classes.quota}>
        <Link {...toResource(quota.resource_id)}>{quota.quota_name ?? quota.quota_code}</Link>
        <span className="hm-muted">
          {quota.service_code} · {quota.quota_code}
        </span>
      </span>
    ),
  },
  {
    key: 'place',
    title: 'Account and region',
    cell: (quota) => (
      <span className={classes.quota}>
        {quota.account_name}
        <span className="hm-muted">{quota.region}</span>
      </span>
    ),
  },
  { key: 'used', title: 'Used', cell: (quota) => <Used quota={quota} /> },
  {
    key: 'limit',
    title: 'Limit',
    number: true,
    cell: (quota) =>
      quota.value === null ? (
        <UnknownMark reasons={[{ what: 'The limit', reason: 'AWS told none', code: 'none' }]} />
      ) : (
        amount(quota.value)
      ),
  },
  {
    key: 'adjustable',
    title: 'Can be raised',
    cell: (quota) => {
      if (quota.adjustable === null) return <span className="hm-muted">not told</span>;
      return quota.adjustable ? 'yes' : 'no';
    },
  },
];

function Used({ quota }: { quota: Quota }) {
  if (quota.counts === null) return <span className="hm-muted">not counted</span>;
  if (quota.used === null)
    return (
      <UnknownMark reasons={[{ what: quota.counts, reason: quota.unknown ?? 'not known', code: 'gap' }]} />
    );
  const share = quota.used_percent;
  return (
    <span className={classes.used} title={`${quota.counts}: ${amount(quota.used)}`}>
      {amount(quota.used)}
      {share === null ? null : (
        <>
          {' '}
          <span className="hm-muted">({amount(Math.round(share))} %)</span>
          <ShareBar share={share / kFull} level={levelOf(share)} />
        </>
      )}
      {quota.fullest ? <span className="hm-muted">{quota.fullest}</span> : null}
    </span>
  );
}

function levelOf(share: number) {
  if (share >= kFull) return 'full';
  return share >= kNear ? 'near' : undefined;
}

export function QuotasPage() {
  const scope = useScope();
  const view = viewOf(useSearch({ strict: false }) as Record<string, string | undefined>);
  const query = useInfiniteQuery(quotasQuery({ scope, show: view.show, service_code: view.service }));
  const { more, asking } = useMore(query);
  const first = query.data?.pages[0];
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title="Quotas" busy={query.isPlaceholderData} note={first ? <Note page={first} /> : '\u00a0'}>
      {first ? <Tools view={view} page={first} /> : null}
      {query.error && !first ? (
        <ErrorState error={query.error} what="The quotas" onRetry={() => void query.refetch()} />
      ) : null}
      {!first && !query.error ? <Skeleton lines={8} height={44} /> : null}
      {first ? (
        <Old old={query.isPlaceholderData}>
          <Gaps page={first} />
          <Rows view={view} page={first} rows={rows}>
            {query.hasNextPage ? (
              <div className={classes.more}>
                <Button variant="default" loading={asking} onClick={more}>
                  Show more
                </Button>
              </div>
            ) : null}
          </Rows>
        </Old>
      ) : null}
    </Page>
  );
}

function Note({ page }: { page: QuotaList }) {
  return (
    <>
      {plural(page.counts.total, 'quota')}, use counted of {count(page.counts.counted)}, oldest{' '}
      <When at={page.as_of} never="never" />
    </>
  );
}

const showTitles: Record<QuotaShow, (page: QuotaList) => string> = {
  near: ({ counts }) => `${kNear} % or more (${count(counts.near)})`,
  counted: () => 'Counted',
  unknown: ({ counts }) => `Unknown use (${count(counts.unknown)})`,
  all: ({ counts }) => `All (${count(counts.total)})`,
};

function Tools({ view, page }: { view: View; page: QuotaList }) {
  const navigate = useNavigate();
  const go = (next: View) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...searchOf(next) }),
    });
  return (
    <div className={classes.tools}>
      <NativeSelect
        aria-label="Which quotas"
        value={view.show}
        onChange={(event) => go({ ...view, show: event.currentTarget.value as QuotaShow })}
        data={kQuotaShows.map((show) => ({ value: show, label: showTitles[show](page) }))}
      />
      <NativeSelect
        aria-label="Service"
        value={view.service ?? ''}
        onChange={(event) => go({ ...view, service: event.currentTarget.value || undefined })}
        data={[{ value: '', label: 'All services' }, ...page.counts.service_codes]}
      />
    </div>
  );
}

// Where AWS has not told the quotas themselves.
function Gaps({ page }: { page: QuotaList }) {
  if (page.gap_count === 0 || page.counts.total === 0) return null;
  return (
    <p className={classes.gaps} role="status">
      The quotas of {plural(page.gap_count, 'place')} are old or not known.{' '}
      <Link {...toCoverage({ type: kServiceType })}>See why</Link>
    </p>
  );
}

function Rows({
  view,
  page,
  rows,
  children,
}: {
  view: View;
  page: QuotaList;
  rows: Quota[];
  children: ReactNode;
}) {
  if (page.counts.total === 0) {
    return (
      <EmptyState icon="clock" title="No quota is known yet">
        They are read once a day. <Link {...toCoverage({ type: kServiceType })}>See what was asked</Link>.
      </EmptyState>
    );
  }
  if (rows.length === 0) {
    return (
      <EmptyState title={view.show === 'near' ? 'No quota is nearly used up' : 'No quota fits'}>
        {page.counts.unknown > 0 && view.show === 'near'
          ? `That is not all clear: the use of ${count(page.counts.unknown)} is not known.`
          : `Of ${plural(page.counts.total, 'quota')} in this scope.`}
      </EmptyState>
    );
  }
  return (
    <Panel title="Quotas" note="The fullest first, then what is not known" flush>
      <DataTable
        label="Quotas"
        name="quotas"
        columns={columns}
        rows={rows}
        keyOf={(quota) => `${quota.account_id} ${quota.region} ${quota.service_code} ${quota.quota_code}`}
      />
      {children}
    </Panel>
  );
}
