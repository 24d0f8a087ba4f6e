import { Button, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { useCallback } from 'react';
import { exportFindingsUrl } from '@/api/finding';
import type { FindingPage } from '@/api/types';
import { Icon } from '@/components/icons';
import { Page } from '@/components/panel';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { plural } from '@/lib/format';
import { toCoverage } from '@/lib/links';
import { Facets } from './facets';
import { FindingDrawer } from './finding_drawer';
import { FindingTable } from './finding_table';
import { UnknownPanel } from './unknown_panel';
import { kMostLoaded, useFindings } from './use_findings';

type Findings = ReturnType<typeof useFindings>;

export function FindingsPage() {
  const findings = useFindings();
  const { view, setView, wanted, rows, first } = findings;
  const phone = useMediaQuery('(max-width: 640px)') ?? false;
  const open = useCallback((id: string) => setView({ ...view, id }, view.id !== undefined), [setView, view]);
  const close = useCallback(() => {
    const row = view.id ? document.getElementById(`finding-${view.id}`) : null;
    setView({ ...view, id: undefined });
    row?.focus();
  }, [setView, view]);
  const walk = (step: 1 | -1) => {
    const next = rows[rows.findIndex((row) => row.id === view.id) + step];
    if (next) open(next.id);
  };
  return (
    <Page fill title="Findings" note={<Note page={first} />} actions={<ExportMenu wanted={wanted} />}>
      <Facets facets={first?.facets ?? []} view={view} onView={setView} />
      {first ? <UnknownPanel unknown={first.unknown} view={view} onView={setView} /> : null}
      <Rows findings={findings} phone={phone} onOpen={open} />
      {view.id ? <FindingDrawer key={view.id} id={view.id} onClose={close} onWalk={walk} /> : null}
    </Page>
  );
}

function Note({ page }: { page: FindingPage | undefined }) {
  if (!page) return <>&nbsp;</>;
  return (
    <>
      <span className="hm-num">{plural(page.total, 'finding')}</span>, as of{' '}
      <When at={page.as_of} never="never" />
    </>
  );
}

function ExportMenu({ wanted }: { wanted: Findings['wanted'] }) {
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <Button leftSection={<Icon name="download" />}>Export</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={exportFindingsUrl(wanted, 'csv')} download>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={exportFindingsUrl(wanted, 'json')} download>
          JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Rows({
  findings,
  phone,
  onOpen,
}: {
  findings: Findings;
  phone: boolean;
  onOpen: (id: string) => void;
}) {
  const { view, setView, rows, first, reach, query, error } = findings;
  if (error && rows.length === 0) {
    return <ErrorState error={error} what="The findings" onRetry={() => void query.refetch()} />;
  }
  if (!first) return <Skeleton lines={12} height={44} />;
  if (first.total === 0) return <Nothing page={first} />;
  return (
    <FindingTable
      rows={rows}
      total={Math.min(first.total, Math.max(kMostLoaded, rows.length))}
      view={view}
      onView={setView}
      onOpen={onOpen}
      onReach={reach}
      phone={phone}
      busy={query.isPlaceholderData}
    />
  );
}

function Nothing({ page }: { page: FindingPage }) {
  if (page.as_of === null) {
    return (
      <EmptyState icon="clock" title="No rule has run yet">
        Rules run as soon as something was scanned. What they would find is unknown until then.
      </EmptyState>
    );
  }
  const { count, gaps, failed_rules: failed } = page.unknown;
  return (
    <EmptyState icon="findings" title="Nothing was found that fits">
      {count + gaps + failed > 0 ? (
        <>
          That is not all clear: of some resources the rules cannot tell.{' '}
          <Link {...toCoverage()}>See what could not be read</Link>.
        </>
      ) : (
        'The rules could tell of everything in this scope.'
      )}
    </EmptyState>
  );
}
