import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeOwnPassword, sessionQuery } from '@/api/session';
import { FormError } from './form_error';
import { LoginFrame } from './login_frame';
import { PasswordFields } from './password_fields';
import classes from './login.module.css';

// A one-time password works once; nothing else is possible before a new one is chosen.
export function NewPasswordPage() {
  const client = useQueryClient();
  const [current, setCurrent] = useState('');
  const [value, setValue] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => changeOwnPassword(current, value),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionQuery.queryKey }),
    onError: () => setCurrent(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value === again) change.mutate();
  };
  return (
    <LoginFrame title="Choose a password" note="The one-time password worked. Choose your own to go on.">
      <form className={classes.form} onSubmit={submit}>
        <FormError error={change.error} />
        <PasswordInput
          label="One-time password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordFields value={value} again={again} onValue={setValue} onAgain={setAgain} />
        <Button type="submit" variant="filled" loading={change.isPending}>
          Set password
        </Button>
      </form>
    </LoginFrame>
  );
}
