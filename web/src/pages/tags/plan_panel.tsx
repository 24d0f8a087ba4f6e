import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { tagPlanQuery, type TagWish } from '@/api/tag';
import { FormError } from '@/components/form_error';
import { Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { Skeleton } from '@/components/states';
import { useStateOf } from '@/lib/use_state_of';
import { Plan } from './plan';
import classes from './tags.module.css';

interface Fields {
  filter: string;
  tag: string;
  from: TagWish['from'];
  value: string;
  overwrite: boolean;
}

interface Search {
  filter?: string;
  tag?: string;
  from?: string;
  value?: string;
  overwrite?: string | boolean;
}

const sources = [
  { value: 'value', label: 'this value' },
  { value: 'owner', label: 'the owner that tags name' },
  { value: 'spelling', label: 'what it bears under another spelling of the key' },
];

const fromOf = (from: string | undefined): TagWish['from'] =>
  from === 'owner' || from === 'spelling' ? from : 'value';

const fieldsOf = (search: Search): Fields => ({
  filter: String(search.filter ?? ''),
  tag: String(search.tag ?? ''),
  from: fromOf(search.from),
  value: String(search.value ?? ''),
  overwrite: String(search.overwrite) === 'true',
});

// What the address asks for; a link to a plan shows it at once.
function useWish() {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const asked = fieldsOf(search);
  const [fields, setFields] = useStateOf(JSON.stringify(asked), asked);
  const ask = (event: FormEvent) => {
    event.preventDefault();
    const { filter, tag, from, value, overwrite } = fields;
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({
        ...before,
        filter: filter || undefined,
        tag: tag || undefined,
        from: from === 'value' ? undefined : from,
        value: from === 'value' && value ? value : undefined,
        overwrite: overwrite ? 'true' : undefined,
      }),
      resetScroll: false,
    });
  };
  return { asked, fields, setFields, ask };
}

export function PlanPanel() {
  const scope = useScope();
  const { asked, fields, setFields, ask } = useWish();
  const wish: TagWish = {
    ...scope,
    ...(asked.filter ? { filter: asked.filter } : {}),
    key: asked.tag,
    from: asked.from,
    ...(asked.from === 'value' ? { value: asked.value } : {}),
    ...(asked.overwrite ? { overwrite: true } : {}),
  };
  const { data, error, isFetching } = useQuery({ ...tagPlanQuery(wish), enabled: asked.tag !== '' });
  const change = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  return (
    <Panel title="Propose tags" note="Commands for you to run: HostMaster changes nothing in AWS">
      <form className={classes.form} onSubmit={ask}>
        <TextInput
          label="Resources"
          description="A filter as in the inventory; nothing means all that the page shows"
          placeholder="type:ec2/volume -tag:Owner"
          value={fields.filter}
          spellCheck={false}
          maxLength={2000}
          onChange={({ currentTarget }) => change({ filter: currentTarget.value })}
        />
        <div className={classes.fields}>
          <TextInput
            label="Key"
            required
            placeholder="Owner"
            value={fields.tag}
            spellCheck={false}
            maxLength={128}
            onChange={({ currentTarget }) => change({ tag: currentTarget.value })}
          />
          <NativeSelect
            label="Set to"
            data={sources}
            value={fields.from}
            onChange={({ currentTarget }) => change({ from: fromOf(currentTarget.value) })}
          />
          {fields.from === 'value' ? (
            <TextInput
              label="Value"
              placeholder="payments"
              value={fields.value}
              spellCheck={false}
              maxLength={256}
              onChange={({ currentTarget }) => change({ value: currentTarget.value })}
            />
          ) : null}
        </div>
        <div className={classes.send}>
          <Checkbox
            label="Also where the key has another value"
            checked={fields.overwrite}
            onChange={({ currentTarget }) => change({ overwrite: currentTarget.checked })}
          />
          <Button type="submit" variant="filled" disabled={fields.tag === ''} loading={isFetching}>
            Make the plan
          </Button>
        </div>
      </form>
      {asked.tag !== '' && error ? <FormError error={error} /> : null}
      {asked.tag !== '' && !data && !error ? <Skeleton lines={2} /> : null}
      {asked.tag !== '' && data ? <Plan plan={data} tag={asked.tag} /> : null}
    </Panel>
  );
}
