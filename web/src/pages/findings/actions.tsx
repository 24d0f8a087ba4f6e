import { Button, NativeSelect, Textarea } from '@mantine/core';
import { type InfiniteData, type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { acknowledgeFinding, exceptFinding, findingQuery, reopenFinding, snoozeFinding } from '@/api/finding';
import type { FindingDetail, FindingPage } from '@/api/types';
import { Dialog } from '@/components/dialog';
import { useMay } from '@/components/session';
import { announce } from '@/components/toast';
import formClasses from '@/components/forms.module.css';
import classes from './findings.module.css';

type Verb = 'acknowledge' | 'snooze' | 'except';

const words: Record<Verb, { title: string; action: string; note: string; done: string }> = {
  acknowledge: {
    title: 'Acknowledge',
    action: 'Acknowledge',
    note: 'Note (may be empty)',
    done: 'Acknowledged',
  },
  snooze: { title: 'Snooze', action: 'Snooze', note: 'Note (may be empty)', done: 'Snoozed' },
  except: { title: 'Make an exception', action: 'Except', note: 'Why it may stay so', done: 'Excepted' },
};

const kDays: Record<Verb, readonly number[]> = {
  acknowledge: [],
  snooze: [1, 7, 30, 90],
  except: [30, 90, 180, 365],
};

// The row shows what was decided at once and stays in its place, though the filter may leave it out from now on: it
// goes when the list is renewed.
function keepInLists(client: QueryClient, next: FindingDetail) {
  client.setQueriesData<InfiniteData<FindingPage>>(
    { queryKey: ['finding-list'] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === next.id ? { ...item, ...next } : item)),
        })),
      },
  );
}

// What an operator may decide about a finding.
export function Actions({ finding }: { finding: FindingDetail }) {
  const may = useMay('operator');
  const [verb, setVerb] = useState<Verb>();
  const client = useQueryClient();
  const keep = (next: FindingDetail, said: string) => {
    client.setQueryData(findingQuery(finding.id).queryKey, next);
    keepInLists(client, next);
    void client.invalidateQueries({ queryKey: ['findings'] });
    announce(said);
    setVerb(undefined);
  };
  const reopen = useMutation({
    mutationFn: () => reopenFinding(finding.id),
    onSuccess: (next) => keep(next, 'Reopened'),
    onError: () => {}, // shown beside the button
  });
  if (!may || finding.state === 'resolved' || finding.state === 'pending') return null;
  return (
    <div className={classes.actions}>
      {finding.state === 'acknowledged' ? null : (
        <Button size="xs" onClick={() => setVerb('acknowledge')}>
          Acknowledge
        </Button>
      )}
      <Button size="xs" onClick={() => setVerb('snooze')}>
        Snooze
      </Button>
      <Button size="xs" onClick={() => setVerb('except')}>
        Except
      </Button>
      {finding.state === 'open' ? null : (
        <Button size="xs" loading={reopen.isPending} onClick={() => reopen.mutate()}>
          Reopen
        </Button>
      )}
      {reopen.error ? <p role="alert">{reopen.error.message}</p> : null}
      <Dialog
        open={verb !== undefined}
        onClose={() => setVerb(undefined)}
        label={verb ? words[verb].title : 'Decide'}
      >
        {verb ? (
          <Form key={verb} verb={verb} id={finding.id} onDone={keep} onClose={() => setVerb(undefined)} />
        ) : null}
      </Dialog>
    </div>
  );
}

interface FormProps {
  verb: Verb;
  id: string;
  onDone: (next: FindingDetail, said: string) => void;
  onClose: () => void;
}

function untilOf(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}

function Form({ verb, id, onDone, onClose }: FormProps) {
  const [note, setNote] = useState('');
  const [days, setDays] = useState(String(kDays[verb][1] ?? 0));
  const send = useMutation({
    mutationFn: () => {
      if (verb === 'acknowledge') return acknowledgeFinding(id, note);
      const until = untilOf(Number(days));
      return verb === 'snooze' ? snoozeFinding(id, note, until) : exceptFinding(id, note, until);
    },
    onSuccess: (next) => onDone(next, words[verb].done),
    onError: () => {}, // shown in the form
  });
  const missing = verb === 'except' && note.trim() === '';
  return (
    <form
      className={formClasses.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) send.mutate();
      }}
    >
      {kDays[verb].length > 0 ? (
        <NativeSelect
          label="For"
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data={kDays[verb].map((each) => ({
            value: String(each),
            label: each === 1 ? '1 day' : `${each} days`,
          }))}
        />
      ) : null}
      <Textarea
        label={words[verb].note}
        maxLength={1000}
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {send.error ? (
        <p className={formClasses.error} role="alert">
          {send.error.message}
        </p>
      ) : null}
      <div className={formClasses.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={missing} loading={send.isPending}>
          {words[verb].action}
        </Button>
      </div>
    </form>
  );
}
