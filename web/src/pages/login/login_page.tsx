import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useState } from 'react';
import { logIn, sessionQuery } from '@/api/session';
import { FormError } from '@/components/form_error';
import { LoginFrame } from './login_frame';
import classes from './login.module.css';

// Set once somebody was logged in on this page, so that an ended session is called by its name.
let wasIn = false;

export function LoginPage() {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const login = useMutation({
    mutationFn: () => logIn(name, password),
    onSuccess: (session) => {
      wasIn = true;
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' });
      client.setQueryData(sessionQuery.queryKey, session);
    },
    onError: () => setPassword(''),
  });
  useEffect(() => {
    document.title = 'Log in · HostMaster';
  }, []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <LoginFrame
      title={wasIn ? 'Your session ended' : 'Log in'}
      note={wasIn ? 'Log in again to go on where you were.' : undefined}
    >
      <form className={classes.form} onSubmit={submit}>
        <FormError error={login.error} />
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          required
          withAsterisk={false}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" loading={login.isPending}>
          Log in
        </Button>
      </form>
    </LoginFrame>
  );
}
