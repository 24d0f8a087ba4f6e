import { Button, type ButtonProps, type ElementProps } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type ReactNode, useMemo } from 'react';
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

export interface ScopeOption {
  value: string;
  title: string;
  count: ReactNode; // null: not known
}

function label(what: string, all: string, chosen: string[], options: readonly ScopeOption[]) {
  if (chosen.length === 0) return all;
  if (chosen.length > 1) return `${chosen.length} ${what}`;
  return options.find((option) => option.value === chosen[0])?.title ?? chosen[0];
}

// An account that is not read any more is still in the inventory, so it can be chosen.
function accountOptions(accounts: readonly Account[] | undefined, summary: Summary | undefined) {
  if (!accounts) return undefined;
  const options = accounts.map((account): ScopeOption => {
    const { account_id: value, name: title, resources, counts } = account;
    return {
      value,
      title,
      count: resources === null ? null : <AtLeast value={resources} gaps={gaps(counts)} />,
    };
  });
  const left = (summary?.by_account ?? [])
    .filter((each) => !accounts.some((account) => account.account_id === each.value))
    .map(({ value, title, count: number }): ScopeOption => ({ value, title, count: count(number) }));
  return [...options, ...left];
}

const regionOptions = (summary: Summary | undefined) =>
  summary?.by_region.map(({ value, title, count: number }): ScopeOption => {
    return { value, title, count: <AtLeast value={number} gaps={gaps(summary.coverage)} /> };
  });

// What is chosen and what could be. Asked for when somebody chooses, or when what is chosen must be named.
export function useScopeChoice(open: boolean) {
  const scope = useScope();
  const accounts = splitList(scope.accounts);
  const regions = splitList(scope.regions);
  const narrowed = accounts.length + regions.length > 0;
  const known = useQuery({ ...accountsQuery, enabled: open || narrowed });
  const summary = useQuery({ ...summaryQuery({}), enabled: open || narrowed });
  const accountChoice = accountOptions(known.data?.items, summary.data);
  const regionChoice = regionOptions(summary.data);
  const accountLabel = label('accounts', 'All accounts', accounts, accountChoice ?? []);
  const regionLabel = label('regions', 'all regions', regions, regionChoice ?? []);
  return {
    accounts: { chosen: accounts, options: accountChoice, error: known.error },
    regions: { chosen: regions, options: regionChoice, error: summary.error },
    narrowed,
    words: [accountLabel, regionLabel] as const,
  };
}

type ScopeButtonProps = Pick<ReturnType<typeof useScopeChoice>, 'words' | 'narrowed'> &
  ButtonProps &
  ElementProps<'button', keyof ButtonProps>;

export function ScopeButton({ words, narrowed, ...rest }: ScopeButtonProps) {
  return (
    <Button
      {...rest}
      aria-label={`Scope: ${words.join(', ')}`}
      className={classes.button}
      data-narrowed={narrowed || undefined}
      rightSection={<Icon name="down" size={12} />}
    >
      <span className={classes.label}>{words.join(' · ')}</span>
    </Button>
  );
}
