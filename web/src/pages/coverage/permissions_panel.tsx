import type { Coverage } from '@/api/types';
import { CopyButton, CopyTextButton } from '@/components/copy_button';
import { type Column, DataTable } from '@/components/data_table';
import { Panel } from '@/components/panel';
import { plural, sentence } from '@/lib/format';
import { statementFor } from './matrix';
import classes from './coverage.module.css';

type Missing = Coverage['missing_permissions'][number];

const columns = (names: ReadonlyMap<string, string>): Column<Missing>[] => [
  {
    key: 'permission',
    title: 'Missing action',
    cell: (missing) => (
      <span className={classes.action}>
        <code>{missing.permission}</code>
        <CopyButton text={missing.permission} what={missing.permission} />
      </span>
    ),
  },
  { key: 'types', title: 'Hides', cell: (missing) => <Words items={missing.types} /> },
  {
    key: 'accounts',
    title: 'In accounts',
    cell: (missing) => <Words items={missing.accounts.map((id) => names.get(id) ?? id)} />,
  },
  {
    key: 'message',
    title: 'AWS says',
    cell: (missing) => <span className="hm-muted">{sentence(missing.message)}</span>,
  },
];

// Names are not broken in the middle; a long list goes on in the next line.
function Words({ items }: { items: readonly string[] }) {
  return (
    <ul className={classes.words}>
      {items.map((item) => (
        <li key={item}>{item}</li>
      ))}
    </ul>
  );
}

interface Props {
  missing: readonly Missing[];
  accountNames: ReadonlyMap<string, string>; // by account id
}

export function PermissionsPanel({ missing, accountNames }: Props) {
  if (missing.length === 0) return null;
  return (
    <Panel
      title="Missing permissions"
      note={`${plural(missing.length, 'action')} to add to the role’s policy`}
      actions={
        <CopyTextButton
          label="Copy as a policy statement"
          what="the statement"
          text={statementFor(missing.map((each) => each.permission))}
        />
      }
      flush
    >
      <DataTable
        label="Missing permissions"
        name="coverage.permissions"
        columns={columns(accountNames)}
        rows={missing}
        keyOf={(each) => each.permission}
      />
    </Panel>
  );
}
