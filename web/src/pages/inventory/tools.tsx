import { Button, Menu } from '@mantine/core';
import { exportUrl, type ResourceFilter } from '@/api/resource';
import type { Resource } from '@/api/types';
import { ColumnChooser } from '@/components/column_chooser';
import { CopyTextButton } from '@/components/copy_button';
import { Icon } from '@/components/icons';
import { count } from '@/lib/format';
import { type Prefs, setPrefs, usePrefs } from '@/lib/prefs';
import { titleOf } from './columns';
import { kColumns, kDefaultColumns } from './inventory_search';
import classes from './tools.module.css';

interface ColumnsProps {
  columns: string[];
  tagKeys: string[]; // of the rows that are loaded
  onChange: (columns: string[]) => void;
}

const kChoices = kColumns.map((key) => ({ key, title: titleOf(key), fixed: key === 'name' }));

export function Columns({ columns, tagKeys, onChange }: ColumnsProps) {
  const tags = [...new Set([...columns.filter((name) => name.startsWith('tag:')), ...tagKeys])];
  return (
    <ColumnChooser
      groups={[
        { choices: kChoices },
        { title: 'Tags', choices: tags.map((key) => ({ key, title: titleOf(key) })) },
      ]}
      shown={columns}
      onChange={onChange}
      onReset={() => onChange(kDefaultColumns)}
    />
  );
}

const densities: readonly { value: Prefs['density']; title: string }[] = [
  { value: 'compact', title: 'Compact' },
  { value: 'normal', title: 'Normal' },
  { value: 'comfortable', title: 'Comfortable' },
];

export function DensityMenu() {
  const { density } = usePrefs();
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <Button leftSection={<Icon name="rows" />}>Density</Button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Density">
        {densities.map((each) => (
          <Menu.Item
            key={each.value}
            rightSection={each.value === density ? <Icon name="check" size={14} /> : null}
            onClick={() => setPrefs({ density: each.value })}
          >
            {each.title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface ExportProps {
  wanted: ResourceFilter;
  total: number | undefined;
  off: boolean; // the filter is wrong
}

// Streamed by the server: the whole filtered set, not only what is loaded here.
export function ExportMenu({ wanted, total, off }: ExportProps) {
  const of = total === undefined ? 'all resources' : `${count(total)} resources`;
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <Button leftSection={<Icon name="download" />} disabled={off}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Export">
        <Menu.Item component="a" href={exportUrl(wanted, 'csv')} download>
          CSV of {of}
        </Menu.Item>
        <Menu.Item component="a" href={exportUrl(wanted, 'json')} download>
          JSON of {of}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface SelectionProps {
  chosen: readonly Resource[];
  onClear: () => void;
}

export function SelectionBar({ chosen, onClear }: SelectionProps) {
  if (chosen.length === 0) return null;
  return (
    <div className={classes.selection} role="region" aria-label="Selection">
      <strong className="hm-num">{count(chosen.length)} selected</strong>
      <CopyTextButton label="Copy IDs" what="the ids" text={chosen.map((each) => each.key).join('\n')} />
      <CopyTextButton label="Copy ARNs" what="the ARNs" text={chosen.map((each) => each.arn).join('\n')} />
      <Button size="xs" variant="subtle" onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
