import { Link } from '@tanstack/react-router';
import type { ResourceDetail } from '@/api/types';
import { CopyButton } from '@/components/copy_button';
import { EmptyState } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { clause } from '@/lib/filter_text';
import { toInventory } from '@/lib/links';
import classes from '@/components/resource/resource.module.css';

export function Tags({ resource }: { resource: ResourceDetail }) {
  const { tags, unknown, unknown_columns: unknownColumns } = resource;
  if (!tags) {
    return (
      <EmptyState icon="info" title="Tags are not read">
        HostMaster does not ask AWS for the tags of this type: it may bear some.
      </EmptyState>
    );
  }
  const entries = Object.entries(tags).toSorted(([a], [b]) => a.localeCompare(b));
  if (unknownColumns.includes('tags')) {
    return (
      <>
        <p className={classes.lead}>
          <UnknownMark reasons={unknown} /> The tags could not be read
          {entries.length > 0 ? '. These were read before:' : ': there may be some.'}
        </p>
        <List entries={entries} />
      </>
    );
  }
  if (entries.length === 0) {
    return (
      <EmptyState icon="info" title="No tags">
        AWS says that this resource bears none.
      </EmptyState>
    );
  }
  return <List entries={entries} />;
}

function List({ entries }: { entries: [string, string][] }) {
  return (
    <dl className={classes.facts}>
      {entries.map(([key, value]) => (
        <div key={key} className={classes.row}>
          <dt>{key}</dt>
          <dd>
            <Link {...toInventory({ filter: clause(`tag:${key}`, value) })}>{value || '(empty)'}</Link>
            <CopyButton text={value} what={`the value of ${key}`} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
