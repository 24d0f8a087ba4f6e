import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { resourceQuery } from '@/api/resource';
import type { ResourceDetail } from '@/api/types';
import { Configuration } from '@/components/resource/configuration';
import { Dependents } from '@/components/resource/dependents';
import { ResourceFindings } from '@/components/resource/findings';
import { History } from '@/components/resource/history';
import { Metrics } from '@/components/resource/metrics';
import { Relations } from '@/components/resource/relations';
import { ResourceMissing } from '@/components/resource/resource_missing';
import { ResourceHead } from '@/components/resource/resource_head';
import { Summary } from '@/components/resource/summary';
import { Tags } from '@/components/resource/tags';
import { Panel } from '@/components/panel';
import { Skeleton } from '@/components/states';
import { remember } from '@/lib/prefs';
import { toInventory } from '@/lib/links';
import classes from './resource_page.module.css';

export function ResourcePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const { data: resource, error, refetch } = useQuery(resourceQuery(id));
  useEffect(() => {
    if (!resource) return;
    document.title = `${resource.name} · HostMaster`;
    remember({ title: resource.name, path: `/r/${encodeURIComponent(resource.id)}` });
  }, [resource]);
  const known = resource !== undefined;
  useEffect(() => {
    // The heading that waited for the resource had the focus and is gone; its name takes it.
    if (known && document.activeElement === document.body)
      document.getElementById('page-title')?.focus({ preventScroll: true });
  }, [known]);
  return (
    <div className={classes.page}>
      <nav aria-label="Way back" className={classes.back}>
        <Link {...toInventory()}>Inventory</Link>
      </nav>
      {resource ? null : (
        <h1 id="page-title" tabIndex={-1} className="hm-sr">
          Resource
        </h1>
      )}
      {error && !resource ? <ResourceMissing error={error} onRetry={() => void refetch()} /> : null}
      {!resource && !error ? <Skeleton lines={6} height={80} /> : null}
      {resource ? <Sections resource={resource} /> : null}
    </div>
  );
}

function Sections({ resource }: { resource: ResourceDetail }) {
  return (
    <>
      <div className={classes.head}>
        <ResourceHead resource={resource} level={1} />
      </div>
      <div className={classes.columns}>
        <div className={classes.column}>
          <Panel title="Summary">
            <Summary resource={resource} />
          </Panel>
          <Panel title="Findings">
            <ResourceFindings id={resource.id} />
          </Panel>
          <Panel title="Metrics">
            <Metrics id={resource.id} />
          </Panel>
          <Panel title="Configuration">
            <Configuration resource={resource} />
          </Panel>
        </div>
        <div className={classes.column}>
          <Panel title="History">
            <History id={resource.id} />
          </Panel>
          <Panel title="Dependencies" note="Two steps out">
            <Dependents id={resource.id} />
          </Panel>
          <Panel title="Relations">
            <Relations resource={resource} />
          </Panel>
          <Panel title="Tags">
            <Tags resource={resource} />
          </Panel>
        </div>
      </div>
    </>
  );
}
