import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { historyQuery } from '@/api/resource';
import type { Version } from '@/api/types';
import { ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { type Json, pointerToPath, text } from '@/lib/document_paths';
import classes from '@/components/resource/resource.module.css';

const words: Record<Version['kind'], string> = {
  created: 'First seen',
  changed: 'Changed',
  gone: 'Gone',
  returned: 'Came back',
};

export function History({ id }: { id: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    historyQuery(id),
  );
  if (error && !data) return <ErrorState error={error} what="The history" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={4} height={40} />;
  return (
    <>
      <ol className={classes.versions}>
        {data.pages
          .flatMap((page) => page.items)
          .map((version) => (
            <li key={version.version} className={classes.version}>
              <p className={classes.versionHead}>
                <strong>{words[version.kind]}</strong>
                <When at={version.valid_from} exact />
                <span className="hm-muted">version {version.version}</span>
              </p>
              <Differences version={version} />
            </li>
          ))}
      </ol>
      {hasNextPage ? (
        <Button size="xs" onClick={() => void fetchNextPage()} loading={isFetchingNextPage}>
          Older versions
        </Button>
      ) : null}
    </>
  );
}

function Differences({ version }: { version: Version }) {
  if (version.differences.length === 0) return null;
  return (
    <ul className={classes.differences}>
      {version.differences.map((difference) => (
        <li key={difference.path} className={classes.difference}>
          <code className={classes.path}>{pointerToPath(difference.path)}</code>
          <span className={classes.values}>
            {difference.kind === 'added' ? null : (
              <del className={classes.before}>
                <span className="hm-sr">before: </span>
                {text(difference.before as Json)}
              </del>
            )}
            {difference.kind === 'removed' ? (
              <span className="hm-muted">removed</span>
            ) : (
              <ins className={classes.after}>
                <span className="hm-sr">after: </span>
                {text(difference.after as Json)}
              </ins>
            )}
          </span>
        </li>
      ))}
      {version.truncated ? <li className="hm-muted">There are more differences than are listed.</li> : null}
    </ul>
  );
}
