import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { historyQuery } from '@/api/resource';
import { Differences } from '@/components/differences';
import { ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { WhoDetails } from '@/components/who';
import { changeWords } from '@/lib/change_kinds';
import { useMore } from '@/lib/use_more';
import classes from '@/components/resource/resource.module.css';

export function History({ id }: { id: string }) {
  const query = useInfiniteQuery(historyQuery(id));
  const { data, error, refetch, hasNextPage } = query;
  const { more, asking } = useMore(query);
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
        <Button size="xs" onClick={more} loading={asking}>
          Older versions
        </Button>
      ) : null}
    </>
  );
}
