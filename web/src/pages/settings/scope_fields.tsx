import { TextInput } from '@mantine/core';
import classes from '@/components/forms.module.css';

export interface ScopeText {
  accounts: string;
  regions: string;
}

const list = (text: string) =>
  text
    .split(/[\s,]+/)
    .map((each) => each.trim())
    .filter(Boolean);

export const scopeOf = (text: ScopeText) => ({ accounts: list(text.accounts), regions: list(text.regions) });

interface Props {
  value: ScopeText;
  onChange: (value: ScopeText) => void;
}

export function ScopeFields({ value, onChange }: Props) {
  return (
    <div className={classes.columns}>
      <TextInput
        label="Accounts"
        description="Account ids, separated by commas. Empty: all."
        value={value.accounts}
        onChange={(event) => onChange({ ...value, accounts: event.currentTarget.value })}
      />
      <TextInput
        label="Regions"
        description="For example eu-west-1, global. Empty: all."
        value={value.regions}
        onChange={(event) => onChange({ ...value, regions: event.currentTarget.value })}
      />
    </div>
  );
}

export function scopeWords({ accounts, regions }: { accounts: string[]; regions: string[] }): string {
  if (accounts.length + regions.length === 0) return 'everything';
  return [
    accounts.length > 0 ? accounts.join(', ') : 'all accounts',
    regions.length > 0 ? regions.join(', ') : 'all regions',
  ].join('; ');
}
