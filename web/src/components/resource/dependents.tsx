import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { neighboursQuery } from '@/api/topology';
import type { NeighbourDirection, Neighbours } from '@/api/types';
import { MiddleText } from '@/components/middle_text';
import { ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { plural } from '@/lib/format';
import { toResource } from '@/lib/links';
import classes from '@/components/resource/dependents.module.css';

// What would be touched by a change of this resource, and what it stands on: two steps out.
export function Dependents({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(neighboursQuery(id));
  if (error && !data) {
    return <ErrorState error={error} what="What depends on this" onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton lines={3} height={28} />;
  return (
    <>
      <Tree title="What depends on this" direction={data.dependents} from={id}>
        <Doubt neighbours={data} />
      </Tree>
      <Tree title="What it depends on" direction={data.depends_on} from={id}>
        {data.unknown.length > 0 ? (
          <p className={classes.doubt}>
            <UnknownMark reasons={data.unknown} /> There may be more: parts of it could not be read.
          </p>
        ) : null}
      </Tree>
    </>
  );
}

function Doubt({ neighbours: { not_asked, dependents } }: { neighbours: Neighbours }) {
  if (not_asked.length === 0) return null;
  const reasons = not_asked.map((each) => ({
    what: each.type_title,
    reason:
      each.unread > 0
        ? `never read in ${plural(each.unread, 'place')}`
        : `not read at the latest sweep in ${plural(each.places, 'place')}`,
    code: 'not_asked',
  }));
  return (
    <p className={classes.doubt}>
      <UnknownMark reasons={reasons} /> {dependents.items.length > 0 ? 'There may be more' : 'Something may'}:{' '}
      {plural(not_asked.length, 'type')} that may refer to it could not be asked everywhere.
    </p>
  );
}

interface TreeProps {
  title: string;
  direction: NeighbourDirection;
  from: string;
  children: React.ReactNode;
}

function Tree({ title, direction, from, children }: TreeProps) {
  const near = direction.items.filter((item) => item.hop === 1).length;
  const far = direction.items.length - near;
  return (
    <section aria-label={title} className={classes.tree}>
      <h3 className={classes.title}>
        {title}{' '}
        <span className="hm-muted">{near > 0 ? `${near} directly, ${far} one step further` : null}</span>
      </h3>
      {children}
      {near > 0 ? (
        <Branch direction={direction} via={from} hop={1} />
      ) : (
        <p className="hm-muted">Nothing that was read.</p>
      )}
    </section>
  );
}

function Branch({ direction, via, hop }: { direction: NeighbourDirection; via: string; hop: number }) {
  const items = direction.items.filter((item) => item.via === via && item.hop === hop);
  const more = direction.more.filter((item) => item.via === via && item.hop === hop);
  if (items.length + more.length === 0) return null;
  return (
    <ul className={classes.branch} data-hop={hop}>
      {items.map((item) => (
        <li key={`${item.relation} ${item.type} ${item.target} ${item.resource?.id}`}>
          <span className={classes.row}>
            <span className={classes.kind}>{item.type_title}</span>
            {item.resource ? (
              <Link {...toResource(item.resource.id)} className={classes.name}>
                <MiddleText text={item.resource.name} />
                {item.resource.key === item.resource.name ? null : (
                  <span className={classes.key}>
                    <MiddleText text={item.resource.key} mono />
                  </span>
                )}
              </Link>
            ) : (
              <span className={classes.name} title="Not in the inventory, or outside your scope">
                <MiddleText text={item.target} mono />
              </span>
            )}
            <span className={classes.relation}>
              {item.resource ? (item.gone ? 'gone' : item.relation_title) : 'not in the inventory'}
            </span>
          </span>
          {item.resource && hop === 1 ? (
            <Branch direction={direction} via={item.resource.id} hop={2} />
          ) : null}
        </li>
      ))}
      {more.map((item) => (
        <li key={`more ${item.relation} ${item.type}`} className={classes.more}>
          {item.count} more of {item.type_title}
        </li>
      ))}
    </ul>
  );
}
