import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { sessionQuery, setUp, setupQuery } from '@/api/session';
import { FormError } from '@/components/form_error';
import { PasswordFields } from '@/components/password_fields';
import { LoginFrame } from './login_frame';
import classes from './login.module.css';

// The token stands behind the #, so that it is never sent in a request line or written to a log.
const tokenOfLink = () => new URLSearchParams(location.hash.slice(1)).get('token') ?? '';

export function SetupPage() {
  const client = useQueryClient();
  const { data } = useQuery(setupQuery);
  const [token, setToken] = useState(tokenOfLink);
  const [name, setName] = useState('admin');
  const [value, setValue] = useState('');
  const [again, setAgain] = useState('');
  const make = useMutation({
    mutationFn: () => setUp(token, name, value),
    onSuccess: (session) => {
      history.replaceState(null, '', '/');
      client.setQueryData(sessionQuery.queryKey, session);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value === again) make.mutate();
  };
  if (data && !data.needed) {
    return (
      <LoginFrame
        title="Already set up"
        note="There is an administrator. The link worked once and is used up."
      >
        <a href="/">Go to the login</a>
      </LoginFrame>
    );
  }
  return (
    <LoginFrame
      title="Make the first administrator"
      note="The link from the terminal proves that you run this server."
    >
      <form className={classes.form} onSubmit={submit}>
        <FormError error={make.error} />
        {tokenOfLink() ? null : (
          <TextInput
            label="Token"
            description="Printed on the terminal where the server was started."
            required
            withAsterisk={false}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
          />
        )}
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <PasswordFields value={value} again={again} onValue={setValue} onAgain={setAgain} />
        <Button type="submit" variant="filled" loading={make.isPending}>
          Make administrator
        </Button>
      </form>
    </LoginFrame>
  );
}
