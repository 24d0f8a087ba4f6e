import { Link } from '@tanstack/react-router';
import type { Owners } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { Panel } from '@/components/panel';
import { clause } from '@/lib/filter_text';
import { count, plural, words } from '@/lib/format';
import { toFindings, toInventory } from '@/lib/links';
import { shortPrincipal } from './principal';
import classes from './tags.module.css';

type Item = Owners['items'][number];

function How({ item }: { item: Item }) {
  if (item.via === 'creator') return <>Created it, as CloudTrail tells</>;
  if (item.via === 'through') return <>Owns its {item.through_title}</>;
  return (
    <>
      Tag <code>{item.key}</code>
    </>
  );
}

const columns: Column<Item>[] = [
  {
    key: 'name',
    title: 'Owner',
    cell: (item) =>
      item.via === 'tag' && item.key ? (
        <Link {...toInventory({ filter: clause(`tag:${item.key}`, item.name) })}>{item.name}</Link>
      ) : (
        <Link title={item.name} {...toInventory({ filter: clause('owner', item.name) })}>
          {shortPrincipal(item.name)}
        </Link>
      ),
  },
  { key: 'how', title: 'How that is known', cell: (item) => <How item={item} /> },
  { key: 'resources', title: 'Resources', number: true, cell: (item) => count(item.resources) },
];

const figures = (owners: Owners) => [
  { title: 'Named by a tag', value: owners.by_tag, note: 'of their own' },
  { title: 'Named by what they belong to', value: owners.through, note: 'a tag of their stack or group' },
  { title: 'Known by who created them', value: owners.by_creator, note: 'no tag says; CloudTrail does' },
  { title: 'Unowned', value: owners.none, note: 'neither a tag nor CloudTrail tells of anybody' },
  {
    title: 'No tag, creator unknown',
    value: owners.creator_unknown,
    note: 'CloudTrail was not read so far back',
  },
  { title: 'Unknown', value: owners.unknown, note: 'their tags were not read' },
];

// Six numbers that sum up to all resources, and who they belong to.
export function OwnersPanel({ owners }: { owners: Owners }) {
  return (
    <Panel
      title="Owners"
      note={
        owners.keys.length > 0
          ? `The tags ${words(owners.keys)} name one, whatever their case`
          : 'No tag is configured to name one'
      }
      actions={
        <Link {...toFindings({ rule: 'owner_missing' })} className={classes.propose}>
          Findings
        </Link>
      }
      flush
    >
      <dl className={classes.figures}>
        {figures(owners).map(({ title, value, note }) => (
          <div key={title} className={classes.figure}>
            <dt>{title}</dt>
            <dd>
              <span className={classes.number}>{count(value)}</span>
              <span className={classes.sub}>{note}</span>
            </dd>
          </div>
        ))}
      </dl>
      {owners.items.length > 0 ? (
        <DataTable
          label="Owners"
          name="tags.owners"
          columns={columns}
          rows={owners.items}
          keyOf={(item) => `${item.via} ${item.key ?? item.through_title ?? ''} ${item.name}`}
        />
      ) : null}
      {owners.more > 0 ? (
        <p className={classes.foot}>{plural(owners.more, 'more owner')} of fewer resources</p>
      ) : null}
    </Panel>
  );
}
