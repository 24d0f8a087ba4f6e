import { useQuery } from '@tanstack/react-query';
import { settingsQuery } from '@/api/settings';
import { type Column, DataTable } from '@/components/data_table';
import { Panel } from '@/components/panel';
import { ErrorState, Skeleton } from '@/components/states';
import classes from './settings.module.css';

interface Item {
  name: string;
  value: string | null;
  source: string;
  description: string;
}

const columns: Column<Item>[] = [
  {
    key: 'name',
    title: 'Setting',
    cell: (item) => (
      <div>
        <code>{item.name}</code>
        <div className={classes.sub}>{item.description}</div>
      </div>
    ),
  },
  {
    key: 'value',
    title: 'Value',
    cell: (item) =>
      item.value === null ? (
        // Secrets are not sent; what nobody set is none.
        <span className="hm-muted">{item.source === 'default' ? 'not set' : 'set, not shown'}</span>
      ) : (
        <code>{item.value}</code>
      ),
  },
  { key: 'source', title: 'From', cell: (item) => item.source },
];

export function ServerTab() {
  const { data, error, refetch } = useQuery(settingsQuery);
  return (
    <Panel
      title="Configuration in force"
      note={
        data
          ? `Version ${data.version}, service models ${data.model_version}, store ${data.store}`
          : undefined
      }
      flush
    >
      {error && !data ? (
        <ErrorState error={error} what="The configuration" onRetry={() => void refetch()} />
      ) : null}
      {!data && !error ? <Skeleton lines={6} height={40} /> : null}
      {data ? (
        <DataTable
          label="Settings"
          name="settings.server"
          columns={columns}
          rows={data.items}
          keyOf={(item) => item.name}
        />
      ) : null}
    </Panel>
  );
}
