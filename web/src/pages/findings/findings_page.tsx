import { Button, Menu } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import { exportFindingsUrl } from '@/api/finding';
import type { FindingPage } from '@/api/types';
import { ColumnChoice } from '@/components/column_choice';
import { FailureStrip, News } from '@/components/endless_list';
import { Icon } from '@/components/icons';
import { Old, Page } from '@/components/panel';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { ViewsMenu } from '@/components/views/views_menu';
import { When } from '@/components/when';
import { count, plural } from '@/lib/format';
import { toCoverage } from '@/lib/links';
import { scopeWords, type Words } from '@/lib/views';
import { Facets } from './facets';
import { FindingDrawer } from './finding_drawer';
import { columns, FindingTable, kTable } from './finding_table';
import { savedWords, viewOf } from './findings_search';
import { clear, doubts } from '@/api/finding_doubts';
import { UnknownPanel } from './unknown_panel';
import { kMostLoaded, useFindings } from './use_findings';

const meaningOf = (saved: Words): Words => ({ ...scopeWords(saved), ...savedWords(viewOf(saved)) });

type Findings = ReturnType<typeof useFindings>;

export function FindingsPage() {
  const findings = useFindings();
  const { view, setView, wanted, rows, first, facets, query } = findings;
  const phone = useMediaQuery('(max-width: 640px)') ?? false;
  const old = query.isPlaceholderData;
  return (
    <Page
      fill
      busy={old}
      title="Findings"
      note={<Note page={first} loaded={rows.length} />}
      actions={
        <>
          <ViewsMenu
            kind="findings"
            noun="view"
            words={{ ...savedWords(view), ...findings.scope }}
            meaning={meaningOf}
          />
          {phone ? null : <ColumnChoice name={kTable} columns={columns} />}
          <ExportMenu wanted={wanted} />
        </>
      }
    >
      <Facets facets={facets.data ?? []} view={view} onView={setView} old={facets.isPlaceholderData} />
      {first ? (
        <Old old={old}>
          <UnknownPanel unknown={first.unknown} view={view} onView={setView} />
        </Old>
      ) : null}
      <News news={findings.news} noun="finding" />
      <FailureStrip error={first ? findings.failure : null} what="The findings" onRetry={findings.retry} />
      <Rows findings={findings} phone={phone} />
      {view.id ? (
        <FindingDrawer key={view.id} id={view.id} onClose={findings.close} onWalk={findings.walk} />
      ) : null}
    </Page>
  );
}

function Note({ page, loaded }: { page: FindingPage | undefined; loaded: number }) {
  if (!page) return <>&nbsp;</>;
  return (
    <>
      <span className="hm-num">{plural(page.total, 'finding')}</span>, as of{' '}
      <When at={page.as_of} never="never" />
      {loaded >= kMostLoaded && page.total > loaded
        ? `. Only the first ${count(loaded)} are shown: narrow the filter`
        : null}
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

function Rows({ findings, phone }: { findings: Findings; phone: boolean }) {
  const { rows, first, query, retry } = findings;
  if (query.error && !first) return <ErrorState error={query.error} what="The findings" onRetry={retry} />;
  if (!first) return <Skeleton lines={12} height={44} />;
  if (first.total === 0) return <Nothing page={first} />;
  return (
    <FindingTable
      rows={rows}
      total={Math.min(first.total, Math.max(kMostLoaded, rows.length))}
      view={findings.view}
      scope={findings.scope}
      onSort={findings.sort}
      onOpen={findings.open}
      onReach={findings.reach}
      scroller={findings.scroller}
      phone={phone}
      busy={query.isPlaceholderData}
    />
  );
}

function Nothing({ page }: { page: FindingPage }) {
  if (page.as_of === null) {
    return (
      <EmptyState icon="clock" title="No rule has looked here yet">
        Rules look as soon as something was scanned. What they would find is unknown until then.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon="findings" title="Nothing was found that fits">
      {clear(page) ? (
        'The rules could tell of everything in this scope.'
      ) : (
        <>
          That is not all clear: {doubts(page.unknown)}.{' '}
          <Link {...toCoverage()}>See what could not be read</Link>.
        </>
      )}
    </EmptyState>
  );
}
