import { TextInput } from '@mantine/core';
import classes from '@/components/forms.module.css';
import type { ScopeText } from './scope_text';

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
