import { Button, Checkbox, Menu, Popover } from '@mantine/core';
import { useState } from 'react';
import { exportUrl, type ResourceFilter } from '@/api/resource';
import type { Resource } from '@/api/types';
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

export function ColumnChooser({ columns, tagKeys, onChange }: ColumnsProps) {
  const [open, setOpen] = useState(false);
  const tags = [...new Set([...columns.filter((name) => name.startsWith('tag:')), ...tagKeys])];
  const toggle = (name: string) =>
    onChange(columns.includes(name) ? columns.filter((other) => other !== name) : [...columns, name]);
  const box = (name: string) => (
    <Checkbox
      key={name}
      size="xs"
      label={titleOf(name)}
      checked={columns.includes(name)}
      disabled={name === 'name'}
      onChange={() => toggle(name)}
      classNames={{ body: classes.checkBody }}
    />
  );
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus withinPortal={false}>
      <Popover.Target>
        <Button leftSection={<Icon name="columns" />} aria-expanded={open} onClick={() => setOpen(!open)}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label="Columns">
        {kColumns.map(box)}
        {tags.length > 0 ? <p className={classes.label}>Tags</p> : null}
        {tags.map(box)}
        <Button size="xs" variant="subtle" onClick={() => onChange(kDefaultColumns)}>
          Back to default
        </Button>
      </Popover.Dropdown>
    </Popover>
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
