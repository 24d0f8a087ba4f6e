import { Link } from '@tanstack/react-router';
import type { Coverage } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { Panel } from '@/components/panel';
import { UnknownMark } from '@/components/unknown';
import { plural, sentence } from '@/lib/format';
import { clause } from '@/lib/filter_text';
import { toInventory, toResource } from '@/lib/links';
import classes from './coverage.module.css';

type UnknownField = Coverage['unknown_fields'][number];

const columns: Column<UnknownField>[] = [
  { key: 'what', title: 'Detail', cell: (field) => <UnknownMark reasons={[]} label={field.what} /> },
  { key: 'type', title: 'Of', cell: (field) => <span className={classes.whole}>{field.type}</span> },
  {
    key: 'resources',
    title: 'Resources',
    cell: (field) => (
      <Link
        {...toInventory({ filter: `${clause('type', field.type)} is:unknown` })}
        className={classes.whole}
      >
        {plural(field.resources, 'resource')}
      </Link>
    ),
  },
  {
    key: 'reason',
    title: 'Why',
    cell: (field) => (
      <span>
        {sentence(field.reason)} <span className="hm-muted">({field.code})</span>
      </span>
    ),
  },
  {
    key: 'example',
    title: 'Example',
    cell: (field) => (
      <Link {...toResource(field.example_id)} className={classes.whole}>
        Open one
      </Link>
    ),
  },
];

// Single details of single resources: the rest of these resources is known.
export function UnknownPanel({ fields }: { fields: readonly UnknownField[] }) {
  if (fields.length === 0) return null;
  return (
    <Panel title="Details that could not be read" note="The parts named here are unknown" flush>
      <DataTable
        label="Details that could not be read"
        name="coverage.unknown"
        columns={columns}
        rows={fields}
        keyOf={(field) => `${field.type} ${field.what} ${field.code}`}
      />
    </Panel>
  );
}
