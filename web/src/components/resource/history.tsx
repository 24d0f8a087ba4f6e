import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { historyQuery } from '@/api/resource';
import { Differences } from '@/components/differences';
import { ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { WhoDetails } from '@/components/who';
import { changeWords } from '@/lib/change_kinds';
import classes from '@/components/resource/resource.module.css';

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
                <strong>{changeWords[version.kind]}</strong>
                <When at={version.valid_from} exact />
                <span className="hm-muted">version {version.version}</span>
              </p>
              <WhoDetails who={version.who} />
              <Differences of={version} />
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
