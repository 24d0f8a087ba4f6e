import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { addView, changeView, removeView, type SavedView, type ViewKind, viewsQuery } from '@/api/view';
import { Dialog } from '@/components/dialog';
import { FormError } from '@/components/form_error';
import { announce } from '@/components/toast';
import type { Words } from '@/lib/views';
import forms from '@/components/forms.module.css';

export type Asked = { what: 'save' } | { what: 'rename' | 'remove'; view: SavedView };

interface Props {
  kind: ViewKind;
  noun: 'view' | 'query';
  words: Words;
  asked: Asked | undefined;
  onClose: () => void;
  onSaved: (view: SavedView) => void;
  onRemoved: () => void;
}

export function ViewDialogs(props: Props) {
  const { noun, asked, onClose } = props;
  const titles = { save: `Save this ${noun}`, rename: `Rename the ${noun}`, remove: `Delete the ${noun}` };
  return (
    <Dialog open={asked !== undefined} onClose={onClose} label={asked ? titles[asked.what] : ''}>
      {asked?.what === 'save' ? <Save {...props} /> : null}
      {asked?.what === 'rename' ? <Rename {...props} view={asked.view} /> : null}
      {asked?.what === 'remove' ? <Remove {...props} view={asked.view} /> : null}
    </Dialog>
  );
}

function useDone({ kind, onClose }: Props) {
  const client = useQueryClient();
  return async (said: string) => {
    announce(said);
    onClose();
    await client.invalidateQueries({ queryKey: viewsQuery(kind).queryKey });
  };
}

function NameInput({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const ref = useRef<HTMLInputElement>(null);
  // Behind the dialog's own choice, which is its first button.
  useEffect(() => {
    const frame = requestAnimationFrame(() => ref.current?.select());
    return () => cancelAnimationFrame(frame);
  }, []);
  return (
    <TextInput
      ref={ref}
      label="Name"
      required
      maxLength={100}
      autoComplete="off"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

function Save(props: Props) {
  const { kind, noun, words, onClose, onSaved } = props;
  const done = useDone(props);
  const [name, setName] = useState('');
  const [shared, setShared] = useState(false);
  const save = useMutation({
    mutationFn: () => addView({ kind, name: name.trim(), shared, state: words }),
    onSuccess: (view) => {
      onSaved(view);
      return done(`Saved “${view.name}”`);
    },
    onError: () => {}, // shown in the form
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className={forms.form} onSubmit={submit}>
      <NameInput value={name} onChange={setName} />
      <Checkbox
        label="Share with all who may log in"
        description={
          noun === 'view'
            ? 'They see its name and what it filters by, and of the rows what their own scope allows.'
            : 'They see its name and the statement, and of the rows what their own scope allows.'
        }
        checked={shared}
        onChange={(event) => setShared(event.currentTarget.checked)}
      />
      <FormError error={save.error} />
      <div className={forms.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}

function Rename(props: Props & { view: SavedView }) {
  const { view, onClose } = props;
  const done = useDone(props);
  const [name, setName] = useState(view.name);
  const rename = useMutation({
    mutationFn: () => changeView(view.id, { name: name.trim() }),
    onSuccess: (renamed) => done(`It is called “${renamed.name}” now`),
    onError: () => {}, // shown in the form
  });
  return (
    <form
      className={forms.form}
      onSubmit={(event) => {
        event.preventDefault();
        rename.mutate();
      }}
    >
      <NameInput value={name} onChange={setName} />
      <FormError error={rename.error} />
      <div className={forms.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={rename.isPending}>
          Rename
        </Button>
      </div>
    </form>
  );
}

function Remove(props: Props & { view: SavedView }) {
  const { view, onClose, onRemoved } = props;
  const done = useDone(props);
  const remove = useMutation({
    mutationFn: () => removeView(view.id),
    onSuccess: () => {
      onRemoved();
      return done(`Deleted “${view.name}”`);
    },
    onError: () => {}, // shown in the form
  });
  return (
    <div className={forms.form}>
      <p className={forms.text}>
        “{view.name}” {view.shared ? 'is shared: it vanishes for all who use it.' : 'is yours alone.'} What it
        shows is not touched.
      </p>
      <FormError error={remove.error} />
      <div className={forms.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button className={forms.danger} loading={remove.isPending} onClick={() => remove.mutate()}>
          Delete
        </Button>
      </div>
    </div>
  );
}
