import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeOwnPassword } from '@/api/session';
import { FormError } from '@/components/form_error';
import { PasswordFields } from '@/components/password_fields';
import classes from '@/components/forms.module.css';

interface Props {
  currentLabel: string;
  action: string; // on the button
  onChanged: () => unknown;
}

// One's own password: the one in force, and a new one twice.
export function ChangePassword({ currentLabel, action, onChanged }: Props) {
  const [current, setCurrent] = useState('');
  const [value, setValue] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => changeOwnPassword(current, value),
    onSuccess: () => {
      setCurrent('');
      setValue('');
      setAgain('');
      return onChanged();
    },
    onError: () => setCurrent(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value === again) change.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <FormError error={change.error} />
      <PasswordInput
        label={currentLabel}
        name="password"
        autoComplete="current-password"
        required
        withAsterisk={false}
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <PasswordFields value={value} again={again} onValue={setValue} onAgain={setAgain} />
      <div>
        <Button type="submit" variant="filled" loading={change.isPending}>
          {action}
        </Button>
      </div>
    </form>
  );
}
