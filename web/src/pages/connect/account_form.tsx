import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { accountsQuery, addAccount, testAccount } from '@/api/account';
import type { NewAccount } from '@/api/types';
import { FormError } from '@/components/form_error';
import { announce } from '@/components/toast';
import { queuesOf } from '@/lib/event_queues';
import { sentence } from '@/lib/format';
import forms from '@/components/forms.module.css';
import { faultOf } from './external_id';
import classes from './connect.module.css';

interface Props {
  externalId: string;
  onExternalId: (id: string) => void;
  roleName: string;
}

interface Fields {
  role: string;
  name: string;
  regions: string;
  queues: string;
}

const kNothing: Fields = { role: '', name: '', regions: '', queues: '' };

function bodyOf({ role, name, regions, queues }: Fields, externalId: string): NewAccount {
  const urls = queuesOf(queues);
  return {
    role_arn: role.trim(),
    external_id: externalId,
    ...(urls.length > 0 ? { event_queues: urls } : {}),
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(regions.trim() ? { regions: regions.split(/[\s,]+/).filter(Boolean) } : {}),
  };
}

function useAccountForm(externalId: string) {
  const client = useQueryClient();
  const [fields, setFields] = useState(kNothing);
  const body = bodyOf(fields, externalId);
  const test = useMutation({ mutationFn: () => testAccount(body), onError: () => {} });
  const add = useMutation({
    mutationFn: () => addAccount(body),
    onSuccess: (account) => {
      announce(`${account.name} is connected; its first scan is under way`);
      void client.invalidateQueries({ queryKey: accountsQuery.queryKey });
      setFields({ ...kNothing, regions: fields.regions });
      test.reset();
    },
    onError: () => {},
  });
  const change = (some: Partial<Fields>) => {
    setFields({ ...fields, ...some });
    // What was tried is another role now; the name and the regions are not asked of AWS.
    if (some.role !== undefined || some.queues !== undefined) test.reset();
  };
  return { fields, change, test, add };
}

export function AccountForm({ externalId, onExternalId, roleName }: Props) {
  const { fields, change, test, add } = useAccountForm(externalId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate();
  };
  const failure = add.error ?? test.error;
  const idFault = faultOf(externalId);
  const off = fields.role.trim() === '' || idFault !== undefined;
  return (
    <form className={`${forms.form} ${classes.form}`} onSubmit={submit}>
      <TextInput
        label="Role ARN"
        placeholder={`arn:aws:iam::111122223333:role/${roleName}`}
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        value={fields.role}
        onChange={(event) => change({ role: event.currentTarget.value })}
      />
      <TextInput
        label="External id"
        description="As the role’s trust policy has it. Another one here goes into the instructions above."
        required
        withAsterisk={false}
        autoComplete="off"
        spellCheck={false}
        error={idFault}
        value={externalId}
        onChange={(event) => {
          test.reset();
          onExternalId(event.currentTarget.value.trim());
        }}
      />
      <OptionalFields fields={fields} change={change} />
      <FormError error={failure} />
      <TestResult result={test.data} />
      {add.data ? (
        <p className={forms.good} role="status">
          {add.data.name} is connected. <Link to="/">Watch the first scan</Link>
        </p>
      ) : null}
      <div className={forms.buttons}>
        <Button onClick={() => test.mutate()} disabled={off} loading={test.isPending}>
          Test
        </Button>
        <Button type="submit" variant="filled" disabled={off} loading={add.isPending}>
          Connect
        </Button>
      </div>
    </form>
  );
}

interface OptionalProps {
  fields: Fields;
  change: (some: Partial<Fields>) => void;
}

function OptionalFields({ fields, change }: OptionalProps) {
  return (
    <>
      <div className={forms.columns}>
        <TextInput
          label="Name"
          description="As it should be called here. Empty: the account’s alias or id."
          maxLength={100}
          value={fields.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
        />
        <TextInput
          label="Regions"
          description="Separated by commas. Empty: all that are enabled."
          value={fields.regions}
          onChange={(event) => change({ regions: event.currentTarget.value })}
        />
      </div>
      <Textarea
        label="Event queues"
        description="URLs of SQS queues that EventBridge fills, one a line: then changes are seen within seconds. Empty: with the next sweep."
        autosize
        minRows={1}
        spellCheck={false}
        value={fields.queues}
        onChange={(event) => change({ queues: event.currentTarget.value })}
      />
    </>
  );
}

function TestResult({ result }: { result: Awaited<ReturnType<typeof testAccount>> | undefined }) {
  if (!result) return null;
  if (result.ok) {
    return (
      <p className={forms.good} role="status">
        It works: AWS let this server in as <code>{result.arn}</code>, account {result.account_id}.
      </p>
    );
  }
  return (
    <div className={forms.error} role="alert">
      <p>{sentence(result.problem?.message ?? 'AWS refused, and did not say why.')}</p>
      {result.problem?.permission ? (
        <p>
          Missing: <code>{result.problem.permission}</code>
        </p>
      ) : null}
    </div>
  );
}
