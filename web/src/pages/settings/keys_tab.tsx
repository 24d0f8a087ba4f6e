import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { addKey, keysQuery, revokeKey, rotateKey } from '@/api/key';
import type { Key, KeyWithSecret, Role } from '@/api/types';
import { type Column, DataTable } from '@/components/data_table';
import { FormError } from '@/components/form_error';
import { Icon } from '@/components/icons';
import { Panel } from '@/components/panel';
import { useSession } from '@/components/session';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import forms from '@/components/forms.module.css';
import { CredentialDialogs, useCredentialDialogs } from './credential_dialogs';
import { PasswordPanel } from './password_panel';
import { ScopeFields } from './scope_fields';
import { scopeOf, scopeWords } from './scope_text';
import classes from './settings.module.css';

const columns = (buttons: (key: Key) => ReactNode): Column<Key>[] => [
  {
    key: 'name',
    title: 'Key',
    cell: (key) => (
      <div>
        {key.name}
        <div className={classes.sub}>
          <code>{key.id}…</code>
        </div>
      </div>
    ),
  },
  { key: 'owner', title: 'Owner', cell: (key) => key.owner },
  { key: 'role', title: 'Role', cell: (key) => key.role },
  { key: 'scope', title: 'May see', cell: (key) => scopeWords(key.scope) },
  { key: 'state', title: 'State', cell: (key) => key.state },
  { key: 'used', title: 'Last used', cell: (key) => <When at={key.last_used_at} never="never" /> },
  { key: 'expires', title: 'Expires', cell: (key) => <When at={key.expires_at} /> },
  { key: 'buttons', title: 'Actions', hideTitle: true, cell: buttons },
];

export function KeysTab() {
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: keysQuery.queryKey });
  const dialogs = useCredentialDialogs<KeyWithSecret, Key>();
  const keep = (key: KeyWithSecret) => {
    dialogs.showSecret(key);
    return refresh();
  };
  const rotate = useMutation({ mutationFn: (key: Key) => rotateKey(key.id), onSuccess: keep });
  const revoke = useMutation({
    mutationFn: (key: Key) => revokeKey(key.id),
    onSuccess: () => {
      dialogs.setLeaving(undefined);
      return refresh();
    },
    onError: () => {}, // shown in the dialog
  });
  const buttons = (key: Key) =>
    key.state === 'active' ? (
      <div className={classes.buttons}>
        <Button size="xs" onClick={() => rotate.mutate(key)}>
          Rotate
        </Button>
        <Button size="xs" onClick={() => dialogs.setLeaving(key)}>
          Revoke
        </Button>
      </div>
    ) : null;
  const add = (
    <Button leftSection={<Icon name="plus" />} onClick={() => dialogs.setAdding(true)}>
      Make a key
    </Button>
  );
  return (
    <div className={classes.stack}>
      <Panel title="API keys" note="For programs: Authorization: Bearer hm_…" actions={add} flush>
        <KeyList buttons={buttons} />
      </Panel>
      <PasswordPanel />
      <CredentialDialogs
        dialogs={dialogs}
        add={{ title: 'Make a key', form: <AddKey onMade={(key) => void keep(key)} /> }}
        secret={{
          title: (made) => `Key ${made.key.name}`,
          note: 'The secret is shown only now. Keep it where secrets are kept.',
          of: (made) => made.secret,
          what: 'the key',
        }}
        leave={{
          title: 'Revoke',
          action: 'Revoke the key',
          text: 'Programs that use it are refused from now on. This cannot be undone.',
          busy: revoke.isPending,
          error: revoke.error,
          forget: () => revoke.reset(),
          run: (key) => revoke.mutate(key),
        }}
      />
    </div>
  );
}

function KeyList({ buttons }: { buttons: (key: Key) => ReactNode }) {
  const { data, error, refetch } = useQuery(keysQuery);
  return (
    <>
      {error && !data ? <ErrorState error={error} what="The keys" onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton lines={2} height={40} /> : null}
      {data?.items.length === 0 ? (
        <EmptyState icon="key" title="No keys">
          A key lets a program read what you may read, until it expires or is revoked.
        </EmptyState>
      ) : null}
      {data && data.items.length > 0 ? (
        <DataTable
          label="API keys"
          name="settings.keys"
          columns={columns(buttons)}
          rows={data.items}
          keyOf={(key) => key.id}
        />
      ) : null}
    </>
  );
}

const order: readonly Role[] = ['viewer', 'operator', 'admin'];

function AddKey({ onMade }: { onMade: (made: KeyWithSecret) => void }) {
  const { role: mine } = useSession();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  const [scope, setScope] = useState({ accounts: '', regions: '' });
  const add = useMutation({
    mutationFn: () => addKey({ name, role, scope: scopeOf(scope), expires_in_days: Number(days) }),
    onSuccess: onMade,
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
        description="What will use it."
        required
        withAsterisk={false}
        autoComplete="off"
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <div className={forms.columns}>
        <NativeSelect
          label="Role"
          data={order.slice(0, order.indexOf(mine) + 1).map((each) => ({ value: each, label: each }))}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
        />
        <NativeSelect
          label="Works for"
          data={[
            { value: '7', label: '7 days' },
            { value: '30', label: '30 days' },
            { value: '90', label: '90 days' },
            { value: '365', label: '365 days' },
          ]}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
      </div>
      <ScopeFields value={scope} onChange={setScope} />
      <div className={forms.buttons}>
        <Button type="submit" variant="filled" loading={add.isPending}>
          Make the key
        </Button>
      </div>
    </form>
  );
}
