import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { changeOwnPassword } from '@/api/session';
import { Panel } from '@/components/panel';
import { announce } from '@/components/toast';
import forms from '@/components/forms.module.css';
import classes from './settings.module.css';

const kShortest = 12;

export function PasswordPanel() {
  const [current, setCurrent] = useState('');
  const [value, setValue] = useState('');
  const change = useMutation({
    mutationFn: () => changeOwnPassword(current, value),
    onSuccess: () => {
      setCurrent('');
      setValue('');
      announce('The password is changed; your other sessions have ended');
    },
    onError: () => setCurrent(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  return (
    <Panel title="Change your password">
      <form className={`${forms.form} ${classes.narrow}`} onSubmit={submit}>
        {change.error ? (
          <p className={forms.error} role="alert">
            {change.error.message}
          </p>
        ) : null}
        <PasswordInput
          label="Current password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          label="New password"
          description={`At least ${kShortest} characters. Your other sessions end.`}
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={kShortest}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" loading={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </Panel>
  );
}
