import { Button, Menu, NativeSelect, TextInput } from '@mantine/core';
import { type ChangeFilter, exportChangesUrl } from '@/api/change';
import { Icon } from '@/components/icons';
import { type ChangeKind, changeMeanings, changeWords, kChangeKinds } from '@/lib/change_kinds';
import { count } from '@/lib/format';
import { usePrefs } from '@/lib/prefs';
import { fromWallTime, toWallTime, zoneName } from '@/lib/time';
import { kRanges, type Range, toggled, type View } from './changes_search';
import classes from './changes.module.css';

interface Props {
  view: View;
  onView: (view: View, replace?: boolean) => void;
}

interface KindsProps extends Props {
  counts: Record<ChangeKind, number> | null | undefined;
}

export function Kinds({ view, onView, counts }: KindsProps) {
  return (
    <div className={classes.chips} role="group" aria-label="Kinds of change">
      {kChangeKinds.map((kind) => {
        const on = view.kinds.includes(kind);
        return (
          <Button
            key={kind}
            size="xs"
            radius="xl"
            className={classes.chip}
            data-on={on || undefined}
            aria-pressed={on}
            title={changeMeanings[kind]}
            onClick={() => onView(toggled(view, kind))}
            leftSection={on ? <Icon name="check" size={12} /> : null}
          >
            {changeWords[kind]}
            {counts ? <span className={classes.count}>{count(counts[kind])}</span> : null}
          </Button>
        );
      })}
    </div>
  );
}

export function TimeRange({ view, onView }: Props) {
  const { zone } = usePrefs();
  const moment = (key: 'from' | 'to', label: string) => (
    <TextInput
      type="datetime-local"
      aria-label={`${label} (${zoneName(zone)})`}
      title={`${label} (${zoneName(zone)})`}
      value={view[key] ? toWallTime(view[key], zone) : ''}
      onChange={(event) => {
        const { value } = event.currentTarget;
        onView({ ...view, [key]: value ? fromWallTime(value, zone) : undefined }, true);
      }}
    />
  );
  return (
    <div className={classes.range}>
      <NativeSelect
        aria-label="Time range"
        value={view.range}
        onChange={(event) => onView({ ...view, range: event.currentTarget.value as Range })}
        data={Object.entries(kRanges).map(([value, { title }]) => ({ value, label: title }))}
      />
      {view.range === 'custom' ? (
        <>
          {moment('from', 'From')}
          {moment('to', 'Until')}
        </>
      ) : null}
    </div>
  );
}

// Streamed by the server: all changes that fit, with their differences, not only what is loaded here.
export function ExportMenu({ wanted }: { wanted: ChangeFilter }) {
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <Button leftSection={<Icon name="download" />}>Export</Button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Export">
        <Menu.Item component="a" href={exportChangesUrl(wanted, 'csv')} download>
          CSV
        </Menu.Item>
        <Menu.Item component="a" href={exportChangesUrl(wanted, 'json')} download>
          JSON
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
