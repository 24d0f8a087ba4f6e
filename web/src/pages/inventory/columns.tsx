import { columnVisibilityFeature, createColumnHelper, tableFeatures } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import type { Resource } from '@/api/types';
import { MiddleText } from '@/components/middle_text';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';

// The table's model knows columns and which of them are shown; order and filter are the server's.
export const features = tableFeatures({ columnVisibilityFeature });
const helper = createColumnHelper<typeof features, Resource>();

export const columnTitles: Record<string, string> = {
  name: 'Name',
  type: 'Type',
  key: 'ID',
  account: 'Account',
  region: 'Region',
  state: 'State',
  created_at: 'Created',
  unknown: 'Unknown',
  first_seen: 'First seen',
  swept_at: 'Last seen',
  arn: 'ARN',
};

// Widths as CSS grid tracks: the name and the ids take what is left.
const tracks: Record<string, string> = {
  name: 'minmax(200px, 1.2fr)',
  type: '136px',
  key: 'minmax(196px, 1fr)', // subnet-0123456789abcdef0 in full
  account: '108px',
  region: '112px',
  state: '92px',
  created_at: '118px',
  unknown: '112px',
  first_seen: '118px',
  swept_at: '118px',
  arn: 'minmax(240px, 2fr)',
};
const kTagTrack = '112px';

export const titleOf = (column: string) => columnTitles[column] ?? column.replace(/^tag:/, '');
export const trackOf = (column: string) => tracks[column] ?? kTagTrack;

function unknownCell(resource: Resource): ReactNode {
  const [first, ...rest] = resource.unknown;
  if (!first) return orNone(null);
  return (
    <UnknownMark
      reasons={resource.unknown}
      label={rest.length > 0 ? `${first.what} +${rest.length}` : first.what}
    />
  );
}

// null from AWS means that there is none; that is shown as a dash and read out as "none".
function orNone(value: string | null | undefined): ReactNode {
  if (value) return value;
  return (
    <span className="hm-muted">
      <span aria-hidden="true">–</span>
      <span className="hm-sr">none</span>
    </span>
  );
}

// What is not asked of AWS for a type may be there all the same.
function orUnknown(resource: Resource, column: Resource['unknown_columns'][number], value: ReactNode) {
  if (resource.not_read.includes(column)) return <span className="hm-muted">not read</span>;
  return resource.unknown_columns.includes(column) ? <UnknownMark reasons={resource.unknown} /> : value;
}

const cells: Record<string, (resource: Resource) => ReactNode> = {
  type: (resource) => resource.type_title,
  key: (resource) => <MiddleText text={resource.key} mono />,
  account: (resource) => <span title={resource.account_id}>{resource.account_name}</span>,
  region: (resource) => resource.region,
  state: (resource) => orUnknown(resource, 'state', orNone(resource.state)),
  created_at: (resource) =>
    orUnknown(resource, 'created_at', resource.created_at ? <When at={resource.created_at} /> : orNone(null)),
  unknown: unknownCell,
  first_seen: (resource) => <When at={resource.first_seen} />,
  swept_at: (resource) => <When at={resource.swept_at} never="never" />,
  arn: (resource) => <MiddleText text={resource.arn} mono />,
};

function tagCell(resource: Resource, key: string): ReactNode {
  return orUnknown(resource, 'tags', orNone(resource.tags?.[key]));
}

// The name's cell is drawn by the row, since it holds the link that opens the drawer.
export function cellOf(column: string, resource: Resource): ReactNode {
  if (column.startsWith('tag:')) return tagCell(resource, column.slice(4));
  return cells[column]?.(resource);
}

export function columnsFor(names: readonly string[]) {
  return helper.columns(
    names.map((name) =>
      helper.display({ id: name, header: titleOf(name), cell: ({ row }) => cellOf(name, row.original) }),
    ),
  );
}
