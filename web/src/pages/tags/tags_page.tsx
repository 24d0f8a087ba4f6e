import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ownersQuery, tagCoverageQuery, tagKeysQuery } from '@/api/tag';
import { Old, Page } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { plural } from '@/lib/format';
import { CoveragePanel } from './coverage_panel';
import { KeysPanel } from './keys_panel';
import { OwnersPanel } from './owners_panel';
import { PlanPanel } from './plan_panel';

interface Asked<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
  isPlaceholderData: boolean;
}

// What a panel shows while it waits, when it failed, and while it answers the question before.
function Part<Data>({
  asked,
  what,
  children,
}: {
  asked: Asked<Data>;
  what: string;
  children: (data: Data) => ReactNode;
}) {
  const { data, error, refetch, isPlaceholderData } = asked;
  if (data === undefined && error)
    return <ErrorState error={error} what={what} onRetry={() => void refetch()} />;
  if (data === undefined) return <Skeleton lines={1} height={240} />;
  return <Old old={isPlaceholderData}>{children(data)}</Old>;
}

export function TagsPage() {
  const scope = useScope();
  const coverage = useQuery(tagCoverageQuery(scope));
  const owners = useQuery(ownersQuery(scope));
  const keys = useQuery(tagKeysQuery(scope));
  return (
    <Page
      title="Tags"
      busy={coverage.isPlaceholderData}
      note={
        coverage.data ? (
          <>
            Of {plural(coverage.data.resources, 'resource')} that can bear tags, oldest read{' '}
            <When at={coverage.data.as_of} never="never" />
          </>
        ) : (
          '\u00a0'
        )
      }
    >
      <Part asked={coverage} what="The shares of tagged resources">
        {(data) => <CoveragePanel coverage={data} />}
      </Part>
      <Part asked={owners} what="The owners">
        {(data) => <OwnersPanel owners={data} />}
      </Part>
      <Part asked={keys} what="The keys">
        {(data) => <KeysPanel keys={data} />}
      </Part>
      <PlanPanel />
    </Page>
  );
}
