import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { resourceQuery } from '@/api/resource';
import type { ResourceDetail } from '@/api/types';
import { Configuration } from '@/components/resource/configuration';
import { Dependents } from '@/components/resource/dependents';
import { ResourceFindings } from '@/components/resource/findings';
import { History } from '@/components/resource/history';
import { relationCount, Relations } from '@/components/resource/relations';
import { Metrics } from '@/components/resource/metrics';
import { ResourceHead } from '@/components/resource/resource_head';
import { ResourceMissing } from '@/components/resource/resource_missing';
import { Summary } from '@/components/resource/summary';
import { Tags } from '@/components/resource/tags';
import { ErrorBoundary, Skeleton } from '@/components/states';
import { toResource } from '@/lib/links';
import classes from '@/components/resource/resource.module.css';

const sections = [
  { key: 'summary', title: 'Summary', of: (resource: ResourceDetail) => <Summary resource={resource} /> },
  {
    key: 'findings',
    title: 'Findings',
    of: (resource: ResourceDetail) => <ResourceFindings id={resource.id} />,
  },
  { key: 'metrics', title: 'Metrics', of: (resource: ResourceDetail) => <Metrics id={resource.id} /> },
  {
    key: 'configuration',
    title: 'Configuration',
    of: (resource: ResourceDetail) => <Configuration resource={resource} />,
  },
  { key: 'tags', title: 'Tags', of: (resource: ResourceDetail) => <Tags resource={resource} /> },
  {
    key: 'relations',
    title: 'Relations',
    of: (resource: ResourceDetail) => (
      <>
        <Dependents id={resource.id} />
        <Relations resource={resource} />
      </>
    ),
  },
  { key: 'history', title: 'History', of: (resource: ResourceDetail) => <History id={resource.id} /> },
] as const;

type SectionKey = (typeof sections)[number]['key'];

// One resource in sections, for the drawer. The full page shows the same sections side by side.
export function ResourceTabs({ id, tools }: { id: string; tools: ReactNode }) {
  const { data: resource, error, refetch } = useQuery(resourceQuery(id));
  const [section, setSection] = useState<SectionKey>('summary');
  const shown = sections.find((each) => each.key === section) ?? sections[0];
  return (
    <>
      <div className={classes.tools}>
        <Link {...toResource(id)} className={classes.full}>
          Open full page
        </Link>
        {tools}
      </div>
      {error && !resource ? <ResourceMissing error={error} onRetry={() => void refetch()} /> : null}
      {!resource && !error ? (
        <div className={classes.pad}>
          <Skeleton lines={8} height={28} />
        </div>
      ) : null}
      {resource ? (
        <>
          <ResourceHead resource={resource} />
          <TabList section={section} onSection={setSection} counts={countsOf(resource)} />
          <div
            role="tabpanel"
            id="resource-panel"
            aria-labelledby={`resource-tab-${section}`}
            className={classes.pad}
            tabIndex={0}
          >
            <ErrorBoundary what={shown.title}>{shown.of(resource)}</ErrorBoundary>
          </div>
        </>
      ) : null}
    </>
  );
}

function countsOf(resource: ResourceDetail): Partial<Record<SectionKey, number | string>> {
  return {
    tags:
      !resource.tags || resource.unknown_columns.includes('tags') ? '?' : Object.keys(resource.tags).length,
    relations: relationCount(resource),
    history: resource.versions,
  };
}

interface TabListProps {
  section: SectionKey;
  onSection: (section: SectionKey) => void;
  counts: Partial<Record<SectionKey, number | string>>;
}

function TabList({ section, onSection, counts }: TabListProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const at = sections.findIndex((each) => each.key === section);
    const next = sections[(at + step + sections.length) % sections.length];
    if (!next) return;
    onSection(next.key);
    document.getElementById(`resource-tab-${next.key}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Sections" tabIndex={-1} className={classes.tabs} onKeyDown={onKeyDown}>
      {sections.map((each) => (
        <button
          key={each.key}
          type="button"
          role="tab"
          id={`resource-tab-${each.key}`}
          aria-selected={each.key === section}
          aria-controls={each.key === section ? 'resource-panel' : undefined}
          tabIndex={each.key === section ? 0 : -1}
          className={classes.tab}
          onClick={() => onSection(each.key)}
        >
          {each.title}
          {counts[each.key] === undefined ? null : (
            <span className={classes.tabCount}>{counts[each.key]}</span>
          )}
        </button>
      ))}
    </div>
  );
}
