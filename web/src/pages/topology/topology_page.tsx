import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { CopyTextButton } from '@/components/copy_button';
import { FilterBox } from '@/components/filter/filter_box';
import { Page } from '@/components/panel';
import { ResourceDrawer } from '@/components/resource/drawer';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { plural } from '@/lib/format';
import { toCoverage, toFindings, toInventory } from '@/lib/links';
import { useShortcuts } from '@/lib/shortcut_store';
import { GapsDialog } from './gaps_dialog';
import { TopologyMap } from './map';
import { isWithin } from './paths';
import { Choice, Trail } from './tools';
import { TopologyTree } from './tree';
import { kForms, kOverlays } from './topology_search';
import { useTopology } from './use_topology';
import classes from './topology.module.css';

type Topology = ReturnType<typeof useTopology>;

export function TopologyPage() {
  const topology = useTopology();
  const { view, setView, root, error } = topology;
  const phone = useMediaQuery('(max-width: 640px)', undefined, { getInitialValueInEffect: false }) ?? false;
  const form = view.form ?? (phone ? 'list' : 'map');
  const shortcuts = useMemo(
    () => [{ keys: '/', title: 'Filter', run: () => document.getElementById('filter')?.focus() }],
    [],
  );
  useShortcuts('Topology', shortcuts);
  const detail = view.at === '' ? undefined : topology.levels.get(view.at)?.data;
  return (
    <Page
      fill
      title="Topology"
      note={<Note level={(form === 'map' && detail) || root?.data} />}
      actions={
        <>
          <CopyTextButton size="sm" label="Copy link" what="the link" text={location.href} />
          <Choice
            label="Form"
            options={kForms}
            value={form}
            onChange={(next) => setView({ form: next }, true)}
          />
        </>
      }
    >
      <div className={classes.tools}>
        <FilterBox value={view.filter} onChange={(filter) => setView({ filter }, true)} error={error} />
        <Choice
          label="Overlay"
          options={kOverlays}
          value={view.overlay}
          onChange={(overlay) => setView({ overlay }, true)}
        />
      </div>
      <Body topology={topology} form={form} />
      {view.id ? <ResourceDrawer id={view.id} onClose={() => setView({ id: undefined })} /> : null}
    </Page>
  );
}

function Note({ level }: { level: NonNullable<Topology['root']>['data'] }) {
  if (!level) return <>&nbsp;</>;
  const { count, gaps, failed_rules, not_run } = level.findings.unknown;
  const doubts = count + gaps + failed_rules + not_run;
  return (
    <>
      {level.resources === null ? (
        <UnknownMark
          reasons={[{ what: 'Resources', reason: 'nothing has been swept yet', code: 'not_swept' }]}
        />
      ) : (
        <span className="hm-num">{plural(level.resources, 'resource')}</span>
      )}
      , as of <When at={level.as_of} never="never" />
      {level.gaps.places > 0 ? (
        <>
          {'. '}
          <Link {...toCoverage({ outcome: 'not_ok' })} className={classes.gapLink}>
            {plural(level.gaps.places, 'gap')}
          </Link>
          : there may be more than is shown
        </>
      ) : null}
      {level.search?.behind ? '. The latest changes are still being read for the search' : null}
      {doubts > 0 ? (
        <>
          {'. '}
          <Link {...toFindings({ unknown: 'true' })} className={classes.underlined}>
            Not every rule could tell
          </Link>
        </>
      ) : null}
    </>
  );
}

function Body({ topology, form }: { topology: Topology; form: keyof typeof kForms }) {
  const { view, setView, levels, need, retry, root, error } = topology;
  const navigate = useNavigate();
  const [gapsOf, setGapsOf] = useState<string>();
  if (error?.code === 'filter_invalid') {
    return (
      <EmptyState
        icon="search"
        title="The filter cannot be understood"
        action={<Button onClick={() => setView({ filter: '' })}>Clear the filter</Button>}
      />
    );
  }
  if (root?.error && !root.data) return <ErrorState error={root.error} what="The topology" onRetry={retry} />;
  if (root?.data?.items.length === 0) return <Nothing topology={topology} />;
  const shared = {
    levels,
    need,
    overlay: view.overlay,
    chosen: view.id,
    onOpen: (id: string) => setView({ id }, view.id !== undefined),
    onGaps: setGapsOf,
    onRetry: retry,
  };
  const fold = (path: string, open: boolean) =>
    setView(
      {
        open: open ? [...view.open, path] : view.open.filter((each) => !isWithin(each, path)),
      },
      true,
    );
  return (
    <>
      {form === 'map' ? (
        <>
          <Trail levels={levels} at={view.at} onGo={(at) => setView({ at })} />
          <TopologyMap {...shared} at={view.at} onGo={(at, replace) => setView({ at }, replace)} />
          <Legend overlay={view.overlay} />
        </>
      ) : (
        <TopologyTree
          {...shared}
          open={view.open}
          filter={view.filter}
          onFold={fold}
          onMore={(filter) => void navigate(toInventory({ filter }))}
        />
      )}
      {root?.data ? null : <Skeleton lines={10} height={36} />}
      <GapsDialog levels={levels} path={gapsOf} onClose={() => setGapsOf(undefined)} />
    </>
  );
}

function Nothing({ topology: { view, setView, root } }: { topology: Topology }) {
  const level = root?.data;
  if (!level) return null;
  if (view.filter) {
    return (
      <EmptyState
        icon="search"
        title="No resource fits this filter"
        action={<Button onClick={() => setView({ filter: '' })}>Clear the filter</Button>}
      >
        {level.gaps.places > 0
          ? `${plural(level.gaps.places, 'place')} could not be read at the latest sweep, so there may be some.`
          : level.search?.behind
            ? 'The latest changes are still being read for the search, so there may be some.'
            : 'Everything in this scope was asked.'}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="topology"
      title={level.as_of === null ? 'Nothing is known yet' : 'Nothing is listed'}
      action={<Link {...toCoverage()}>See what was asked</Link>}
    >
      {level.as_of === null
        ? 'No sweep has ended well, so what there is is unknown.'
        : 'AWS says that there is nothing in this scope.'}
    </EmptyState>
  );
}

const legends = {
  findings: [
    ['critical', 'Critical or high'],
    ['warn', 'Medium'],
    ['low', 'Low or info'],
    ['quiet', 'No open finding'],
    ['unknown', 'Not known'],
  ],
  state: [
    ['critical', 'Failing'],
    ['warn', 'Changing'],
    ['low', 'Stopped'],
    ['quiet', 'Fine, or not judged'],
    ['unknown', 'Not known'],
  ],
} as const;

function Legend({ overlay }: { overlay: keyof typeof kOverlays }) {
  return (
    <ul className={classes.legend} aria-label={`What the colours mean: ${kOverlays[overlay]}`}>
      {legends[overlay].map(([tone, words]) => (
        <li key={tone}>
          <span className={classes.swatch} data-tone={tone} aria-hidden="true" />
          {words}
        </li>
      ))}
      <li>Stronger: more of what is there</li>
    </ul>
  );
}
