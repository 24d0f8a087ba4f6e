import { Button, Checkbox, Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { accountsQuery } from '@/api/account';
import { summaryQuery } from '@/api/summary';
import type { Account, ScopeSearch, Summary } from '@/api/types';
import { AtLeast } from '@/components/at_least';
import { Icon } from '@/components/icons';
import { count } from '@/lib/format';
import { gaps } from '@/lib/gaps';
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

interface Option {
  value: string;
  title: string;
  count: ReactNode; // null: not known
}

function label(what: string, all: string, chosen: string[], options: readonly Option[]) {
  if (chosen.length === 0) return all;
  if (chosen.length > 1) return `${chosen.length} ${what}`;
  return options.find((option) => option.value === chosen[0])?.title ?? chosen[0];
}

interface GroupProps {
  title: string;
  options: readonly Option[] | undefined; // undefined: not known so far
  error: Error | null;
  none: string; // said when there is nothing to choose from
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

function Group({ title, options, error, none, chosen, onChange }: GroupProps) {
  const known = options ?? [];
  const missing = chosen
    .filter((value) => !known.some((option) => option.value === value))
    .map((value): Option => ({ value, title: value, count: null }));
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

// An account that is not read any more is still in the inventory, so it can be chosen.
function accountOptions(accounts: readonly Account[] | undefined, summary: Summary | undefined) {
  if (!accounts) return undefined;
  const options = accounts.map((account): Option => {
    const { account_id: value, name: title, resources, counts } = account;
    return {
      value,
      title,
      count: resources === null ? null : <AtLeast value={resources} gaps={gaps(counts)} />,
    };
  });
  const left = (summary?.by_account ?? [])
    .filter((each) => !accounts.some((account) => account.account_id === each.value))
    .map(({ value, title, count: number }): Option => ({ value, title, count: count(number) }));
  return [...options, ...left];
}

const regionOptions = (summary: Summary | undefined) =>
  summary?.by_region.map(({ value, title, count: number }): Option => {
    return { value, title, count: <AtLeast value={number} gaps={gaps(summary.coverage)} /> };
  });

// Narrows every page to some accounts and regions. Kept in the URL, so it stays while walking around.
export function ScopePicker() {
  const [open, setOpen] = useState(false);
  const scope = useScope();
  const navigate = useNavigate();
  const accounts = splitList(scope.accounts);
  const regions = splitList(scope.regions);
  const narrowed = accounts.length + regions.length > 0;
  const accountsKnown = useQuery({ ...accountsQuery, enabled: open || narrowed });
  const summary = useQuery({ ...summaryQuery({}), enabled: open || narrowed });
  const accountChoice = accountOptions(accountsKnown.data?.items, summary.data);
  const regionChoice = regionOptions(summary.data);
  const change = (next: ScopeSearch) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({ ...before, ...next }),
    });
  const accountLabel = label('accounts', 'All accounts', accounts, accountChoice ?? []);
  const regionLabel = label('regions', 'all regions', regions, regionChoice ?? []);
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
          options={accountChoice}
          error={accountsKnown.error}
          none="No account is connected"
          chosen={accounts}
          onChange={(next) => change({ accounts: next.join(',') || undefined })}
        />
        <Group
          title="Regions"
          options={regionChoice}
          error={summary.error}
          none="No resource of any region is known so far"
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
