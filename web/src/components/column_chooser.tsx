import { ActionIcon, Button, Checkbox, Popover } from '@mantine/core';
import { useState } from 'react';
import { Icon } from '@/components/icons';
import classes from '@/components/column_chooser.module.css';

export interface Choice {
  key: string;
  title: string;
  fixed?: boolean; // always shown
}

interface Props {
  groups: readonly { title?: string; choices: readonly Choice[] }[];
  shown: readonly string[];
  onChange: (shown: string[]) => void;
  onReset: () => void;
  small?: boolean; // a mark in the head of a table
}

// Which columns a table shows. What is chosen is kept for the person (lib/prefs.ts).
export function ColumnChooser({ groups, shown, onChange, onReset, small = false }: Props) {
  const [open, setOpen] = useState(false);
  const toggle = (key: string) =>
    onChange(shown.includes(key) ? shown.filter((other) => other !== key) : [...shown, key]);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus withinPortal={false}>
      <Popover.Target>
        {small ? (
          <ActionIcon
            size={26}
            aria-label="Columns"
            title="Columns"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            <Icon name="columns" size={14} />
          </ActionIcon>
        ) : (
          <Button leftSection={<Icon name="columns" />} aria-expanded={open} onClick={() => setOpen(!open)}>
            Columns
          </Button>
        )}
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label="Columns">
        {groups.map(({ title, choices }) => (
          <div key={title ?? ''}>
            {title && choices.length > 0 ? <p className={classes.label}>{title}</p> : null}
            {choices.map((choice) => (
              <Checkbox
                key={choice.key}
                size="xs"
                label={choice.title}
                checked={choice.fixed || shown.includes(choice.key)}
                disabled={choice.fixed}
                onChange={() => toggle(choice.key)}
                classNames={{ body: classes.checkBody }}
              />
            ))}
          </div>
        ))}
        <Button size="xs" variant="subtle" onClick={onReset}>
          Back to default
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
