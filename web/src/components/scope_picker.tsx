import { Button, Checkbox, Popover } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ScopeSearch } from '@/api/types';
import { ScopeButton, type ScopeOption, useScopeChoice } from '@/components/scope';
import classes from '@/components/scope.module.css';

interface GroupProps {
  title: string;
  options: readonly ScopeOption[] | undefined; // undefined: not known so far
  error: Error | null;
  none: string; // said when there is nothing to choose from
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

function Group({ title, options, error, none, chosen, onChange }: GroupProps) {
  const known = options ?? [];
  const missing = chosen
    .filter((value) => !known.some((option) => option.value === value))
    .map((value): ScopeOption => ({ value, title: value, count: null }));
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{title}</legend>
      {[...known, ...missing].map((option) => (
        <Checkbox
          key={option.value}
          size="xs"
          checked={chosen.includes(option.value)}
          onChange={(event) =>
            onChange(
              event.currentTarget.checked
                ? [...chosen, option.value]
                : chosen.filter((value) => value !== option.value),
            )
          }
          label={
            <span className={classes.option}>
              <span>{option.title}</span>
              <span className="hm-muted hm-num">{option.count}</span>
            </span>
          }
          classNames={{ body: classes.checkBody, labelWrapper: classes.checkLabel }}
        />
      ))}
      {error && !options ? <p role="alert">{error.message}</p> : null}
      {!error && !options ? <p className="hm-muted">Loading</p> : null}
      {options?.length === 0 ? <p className="hm-muted">{none}</p> : null}
    </fieldset>
  );
}

// Narrows every page to some accounts and regions. Kept in the URL, so it stays while walking around.
export function ScopePicker({ opened }: { opened: boolean }) {
  const [open, setOpen] = useState(opened);
  const navigate = useNavigate();
  const { accounts, regions, narrowed, words } = useScopeChoice(open);
  const change = (next: ScopeSearch) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...next }),
    });
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-start"
      trapFocus
      withinPortal={false}
      width={320}
    >
      <Popover.Target>
        <ScopeButton words={words} narrowed={narrowed} onClick={() => setOpen(!open)} aria-expanded={open} />
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label="Scope">
        <Group
          title="Accounts"
          {...accounts}
          none="No account is connected"
          onChange={(next) => change({ accounts: next.join(',') || undefined })}
        />
        <Group
          title="Regions"
          {...regions}
          none="No resource of any region is known so far"
          onChange={(next) => change({ regions: next.join(',') || undefined })}
        />
        <Button
          size="xs"
          variant="subtle"
          disabled={!narrowed}
          onClick={() => change({ accounts: undefined, regions: undefined })}
        >
          Show everything
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
