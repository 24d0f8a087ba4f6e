import { Button, Checkbox, Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { summaryQuery } from '@/api/summary';
import type { Count, ScopeSearch } from '@/api/types';
import { Icon } from '@/components/icons';
import { count } from '@/lib/format';
import { splitList } from '@/lib/search_params';
import classes from '@/components/scope.module.css';

// The accounts and regions of the URL, in the form in which every request wants them.
export function useScope(): ScopeSearch {
  const search = useSearch({ strict: false }) as ScopeSearch;
  const { accounts, regions } = search;
  return useMemo(
    () => ({ ...(accounts ? { accounts } : {}), ...(regions ? { regions } : {}) }),
    [accounts, regions],
  );
}

function label(what: string, all: string, chosen: string[], options: readonly Count[]) {
  if (chosen.length === 0) return all;
  if (chosen.length > 1) return `${chosen.length} ${what}`;
  return options.find((option) => option.value === chosen[0])?.title ?? chosen[0];
}

interface GroupProps {
  title: string;
  options: readonly Count[];
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

function Group({ title, options, chosen, onChange }: GroupProps) {
  const missing = chosen
    .filter((value) => !options.some((option) => option.value === value))
    .map((value) => ({ value, title: value, count: 0 }));
  return (
    <fieldset className={classes.group}>
      <legend className={classes.legend}>{title}</legend>
      {[...options, ...missing].map((option) => (
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
              <span className="hm-muted hm-num">{count(option.count)}</span>
            </span>
          }
          classNames={{ body: classes.checkBody, labelWrapper: classes.checkLabel }}
        />
      ))}
      {options.length === 0 ? <p className="hm-muted">None swept so far</p> : null}
    </fieldset>
  );
}

// Narrows every page to some accounts and regions. Kept in the URL, so it stays while walking around.
export function ScopePicker() {
  const [open, setOpen] = useState(false);
  const scope = useScope();
  const navigate = useNavigate();
  const accounts = splitList(scope.accounts);
  const regions = splitList(scope.regions);
  const narrowed = accounts.length + regions.length > 0;
  const { data } = useQuery({ ...summaryQuery({}), enabled: open || narrowed });
  const change = (next: ScopeSearch) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...next }),
    });
  const accountLabel = label('accounts', 'All accounts', accounts, data?.by_account ?? []);
  const regionLabel = label('regions', 'all regions', regions, data?.by_region ?? []);
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
        <Button
          onClick={() => setOpen(!open)}
          aria-expanded={open}
          aria-label={`Scope: ${accountLabel}, ${regionLabel}`}
          className={classes.button}
          data-narrowed={narrowed || undefined}
          rightSection={<Icon name="down" size={12} />}
        >
          <span className={classes.label}>
            {accountLabel} · {regionLabel}
          </span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label="Scope">
        <Group
          title="Accounts"
          options={data?.by_account ?? []}
          chosen={accounts}
          onChange={(next) => change({ accounts: next.join(',') || undefined })}
        />
        <Group
          title="Regions"
          options={data?.by_region ?? []}
          chosen={regions}
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
