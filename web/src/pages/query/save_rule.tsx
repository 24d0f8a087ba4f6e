import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { addRule, testRule } from '@/api/finding';
import type { NewRule } from '@/api/types';
import { Dialog } from '@/components/dialog';
import { useMay } from '@/components/session';
import { announce } from '@/components/toast';
import { plural } from '@/lib/format';
import { toFindings } from '@/lib/links';
import forms from '@/components/forms.module.css';

const kSeverities = ['critical', 'high', 'medium', 'low', 'info'] as const;
const kCategories = ['cost', 'health', 'security', 'tagging'] as const;

// An administrator's statement becomes a rule: it runs by itself from then on, within what its author may see.
export function SaveRule({ sql }: { sql: string }) {
  const may = useMay('admin');
  const [open, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>Save as rule</Button>
      <Dialog open={open} onClose={() => setOpen(false)} label="Save as rule">
        <Form sql={sql} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

const empty: NewRule = {
  id: '',
  category: 'cost',
  title: '',
  severity: 'medium',
  description: '',
  resource: '',
  sql: '',
};

function Form({ sql, onClose }: { sql: string; onClose: () => void }) {
  const client = useQueryClient();
  const [rule, setRule] = useState(empty);
  const set = (part: Partial<NewRule>) => setRule((before) => ({ ...before, ...part }));
  const body = { ...rule, sql };
  const trial = useMutation({ mutationFn: () => testRule(body), onError: () => {} }); // shown in the form
  const save = useMutation({
    mutationFn: () => addRule(body),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['rules'] });
      announce('The rule is saved and runs with the next round');
      onClose();
    },
    onError: () => {}, // shown in the form
  });
  const error = save.error ?? trial.error;
  return (
    <form
      className={forms.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <p className={forms.text}>
        The statement must answer <code>resource_id</code> and <code>reason</code>, one row for each finding;{' '}
        <code>severity</code> and <code>saving_usd</code> are understood, and the rest is evidence.
      </p>
      <Fields rule={rule} onChange={set} />
      {error ? (
        <p className={forms.error} role="alert">
          {error.message}
        </p>
      ) : null}
      {trial.data && !error ? (
        <p className={forms.good} role="status">
          It would find {plural(trial.data.found, 'resource')} now; {plural(trial.data.unknown, 'outcome')}{' '}
          cannot be told. Findings appear on the <Link {...toFindings()}>Findings page</Link>.
        </p>
      ) : null}
      <div className={forms.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button loading={trial.isPending} onClick={() => trial.mutate()}>
          Try
        </Button>
        <Button type="submit" variant="filled" loading={save.isPending}>
          Save the rule
        </Button>
      </div>
    </form>
  );
}

function Fields({ rule, onChange: set }: { rule: NewRule; onChange: (part: Partial<NewRule>) => void }) {
  return (
    <>
      <TextInput
        label="Question"
        placeholder="Is every volume encrypted?"
        required
        value={rule.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <TextInput
        label="Why it matters"
        required
        value={rule.description}
        onChange={(event) => set({ description: event.currentTarget.value })}
      />
      <div className={forms.columns}>
        <TextInput
          label="Id"
          placeholder="volume_unencrypted"
          required
          value={rule.id}
          onChange={(event) => set({ id: event.currentTarget.value })}
        />
        <TextInput
          label="Resource type, or any"
          placeholder="ec2/volume"
          required
          value={String(rule.resource)}
          onChange={(event) => set({ resource: event.currentTarget.value.trim() })}
        />
        <NativeSelect
          label="Severity"
          data={[...kSeverities]}
          value={rule.severity}
          onChange={(event) => set({ severity: event.currentTarget.value as NewRule['severity'] })}
        />
        <NativeSelect
          label="Category"
          data={[...kCategories]}
          value={rule.category}
          onChange={(event) => set({ category: event.currentTarget.value as NewRule['category'] })}
        />
      </div>
    </>
  );
}
