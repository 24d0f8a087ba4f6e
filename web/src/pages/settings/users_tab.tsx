import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import type { Role, User, UserWithPassword } from '@/api/types';
import { addUser, changeUser, removeUser, resetPassword, usersQuery } from '@/api/user';
import { type Column, DataTable } from '@/components/data_table';
import { FormError } from '@/components/form_error';
import { Icon } from '@/components/icons';
import { Panel } from '@/components/panel';
import { useSession } from '@/components/session';
import { ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import forms from '@/components/forms.module.css';
import { CredentialDialogs, useCredentialDialogs } from './credential_dialogs';
import { ScopeFields } from './scope_fields';
import { scopeOf, scopeWords } from './scope_text';
import classes from './settings.module.css';

const roles: readonly { value: Role; label: string }[] = [
  { value: 'viewer', label: 'Viewer: reads' },
  { value: 'operator', label: 'Operator: reads and starts scans' },
  { value: 'admin', label: 'Admin: all, with accounts and users' },
];

function stateWords(user: User): ReactNode {
  if (user.disabled) return 'switched off';
  if (user.locked_until) {
    return (
      <>
        locked out until <When at={user.locked_until} exact />
      </>
    );
  }
  return user.must_change_password ? 'has a one-time password' : 'active';
}

const columns = (buttons: (user: User) => ReactNode): Column<User>[] => [
  { key: 'name', title: 'Name', cell: (user) => user.name },
  { key: 'role', title: 'Role', cell: (user) => user.role },
  { key: 'scope', title: 'May see', cell: (user) => scopeWords(user.scope) },
  { key: 'state', title: 'State', cell: stateWords },
  { key: 'login', title: 'Last login', cell: (user) => <When at={user.last_login_at} never="never" /> },
  { key: 'buttons', title: 'Actions', hideTitle: true, cell: buttons },
];

function useUserActions(onPassword: (made: UserWithPassword) => void, onDone: () => void) {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: usersQuery.queryKey });
  const change = useMutation({
    mutationFn: (user: User) => changeUser(user.name, { disabled: !user.disabled }),
    onSuccess: refresh,
  });
  const reset = useMutation({
    mutationFn: (user: User) => resetPassword(user.name),
    onSuccess: (made) => {
      onPassword(made);
      return refresh();
    },
  });
  const remove = useMutation({
    mutationFn: (user: User) => removeUser(user.name),
    onSuccess: () => {
      onDone();
      return refresh();
    },
    onError: () => {}, // shown in the dialog
  });
  return { change, reset, remove };
}

export function UsersTab() {
  const { data, error, refetch } = useQuery(usersQuery);
  const me = useSession();
  const dialogs = useCredentialDialogs<UserWithPassword, User>();
  const { change, reset, remove } = useUserActions(dialogs.showSecret, () => dialogs.setLeaving(undefined));
  const buttons = (user: User) => (
    <div className={classes.buttons}>
      <Button size="xs" onClick={() => reset.mutate(user)}>
        New password
      </Button>
      {user.name === me.name ? null : (
        <>
          <Button size="xs" onClick={() => change.mutate(user)}>
            {user.disabled ? 'Switch on' : 'Switch off'}
          </Button>
          <Button size="xs" onClick={() => dialogs.setLeaving(user)}>
            Remove
          </Button>
        </>
      )}
    </div>
  );
  return (
    <Panel
      title="Users"
      actions={
        <Button leftSection={<Icon name="plus" />} onClick={() => dialogs.setAdding(true)}>
          Add a user
        </Button>
      }
      flush
    >
      {error && !data ? <ErrorState error={error} what="The users" onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton lines={3} height={40} /> : null}
      {data ? (
        <DataTable
          label="Users"
          name="settings.users"
          columns={columns(buttons)}
          rows={data.items}
          keyOf={(user) => user.name}
        />
      ) : null}
      <CredentialDialogs
        dialogs={dialogs}
        add={{ title: 'Add a user', form: <AddUser onMade={dialogs.showSecret} /> }}
        secret={{
          title: (made) => `One-time password of ${made.user.name}`,
          note: 'Give it to the person in a safe way. It is shown only now, works once, and a new one must be chosen with it.',
          of: (made) => made.password,
          what: 'the password',
        }}
        leave={{
          title: 'Remove',
          action: 'Remove the user',
          text: 'Their sessions end and their API keys stop working at once. The audit log keeps their name.',
          busy: remove.isPending,
          error: remove.error,
          forget: () => remove.reset(),
          run: (user) => remove.mutate(user),
        }}
      />
    </Panel>
  );
}

function AddUser({ onMade }: { onMade: (made: UserWithPassword) => void }) {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [scope, setScope] = useState({ accounts: '', regions: '' });
  const add = useMutation({
    mutationFn: () => addUser({ name, role, scope: scopeOf(scope) }),
    onSuccess: (made) => {
      onMade(made);
      return client.invalidateQueries({ queryKey: usersQuery.queryKey });
    },
    onError: () => {}, // shown in the form
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  return (
    <form className={forms.form} onSubmit={submit}>
      <FormError error={add.error} />
      <TextInput
        label="Name"
        required
        withAsterisk={false}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label="Role"
        data={[...roles]}
        value={role}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      <ScopeFields value={scope} onChange={setScope} />
      <div className={forms.buttons}>
        <Button type="submit" variant="filled" loading={add.isPending}>
          Add the user
        </Button>
      </div>
    </form>
  );
}
