import { Link } from '@tanstack/react-router';
import type { Relation, ResourceDetail } from '@/api/types';
import { MiddleText } from '@/components/middle_text';
import { EmptyState } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { count, words } from '@/lib/format';
import { toResource } from '@/lib/links';
import classes from '@/components/resource/resource.module.css';

const kShown = 50;

const kMostOfServer = 500; // of each direction; there may be more

// "500+" where there may be more than the answer holds.
export function relationCount({ relations, unknown }: ResourceDetail): string | undefined {
  if (relations.length === 0) return unknown.length > 0 ? '?' : '0';
  return isPart(relations) ? `${count(relations.length)}+` : count(relations.length);
}

const isPart = (relations: readonly Relation[]) =>
  ['in', 'out'].some(
    (direction) => relations.filter((each) => each.direction === direction).length >= kMostOfServer,
  );

export function Relations({ resource }: { resource: ResourceDetail }) {
  const { relations, unknown } = resource;
  if (relations.length === 0 && unknown.length > 0) {
    return (
      <EmptyState icon="question" title="No relation is known">
        Nothing that was read refers to it. What it refers to may stand in what could not be read:{' '}
        {words(unknown.map((each) => each.what))}.
      </EmptyState>
    );
  }
  if (relations.length === 0) {
    return (
      <EmptyState icon="link" title="No relations">
        Nothing that was read refers to it, and it refers to nothing.
      </EmptyState>
    );
  }
  const out = relations.filter((relation) => relation.direction === 'out');
  const into = relations.filter((relation) => relation.direction === 'in');
  return (
    <>
      {unknown.length > 0 ? (
        <p className={classes.lead}>
          <UnknownMark reasons={unknown} /> There may be more: parts of it could not be read.
        </p>
      ) : null}
      <List title="Refers to" relations={out} />
      <List title="Referred to by" relations={into} />
    </>
  );
}

function List({ title, relations }: { title: string; relations: readonly Relation[] }) {
  if (relations.length === 0) return null;
  return (
    <>
      <h3 className={classes.sub}>
        {title}{' '}
        <span className="hm-muted">
          {count(relations.length)}
          {isPart(relations) ? ' or more' : ''}
        </span>
      </h3>
      <ul className={classes.relations}>
        {relations.slice(0, kShown).map((relation) => (
          <li
            key={`${relation.name} ${relation.type} ${relation.target} ${relation.resource?.id}`}
            className={classes.relation}
          >
            <span className={classes.relationName}>{relation.title}</span>
            {relation.resource ? (
              <Link {...toResource(relation.resource.id)} className={classes.relationLink}>
                <MiddleText text={relation.resource.name} />
                <RelationId relation={relation} />
              </Link>
            ) : (
              <span className={classes.relationLink} title="Not in the inventory, or outside your scope">
                <MiddleText text={relation.target} mono />
                <span className="hm-muted">not in the inventory</span>
              </span>
            )}
          </li>
        ))}
      </ul>
      {relations.length > kShown ? (
        <p className="hm-muted">
          {count(relations.length - kShown)}
          {isPart(relations) ? ' or more' : ' more'} are not listed here.
        </p>
      ) : null}
    </>
  );
}

// Siblings often share their name, so the id stands beside it; not where it is the name.
function RelationId({ relation }: { relation: Relation }) {
  const { resource } = relation;
  if (!resource || resource.key === resource.name) return null;
  return (
    <span className={classes.relationId}>
      <MiddleText text={resource.key} mono />
    </span>
  );
}
