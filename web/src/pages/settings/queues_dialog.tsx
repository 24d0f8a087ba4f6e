import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { accountsQuery, changeAccount } from '@/api/account';
import type { Account } from '@/api/types';
import { Dialog } from '@/components/dialog';
import { FormError } from '@/components/form_error';
import { announce } from '@/components/toast';
import { queuesOf } from '@/lib/event_queues';
import forms from '@/components/forms.module.css';

interface Props {
  account: Account | undefined; // none: closed
  onClose: () => void;
}

export function QueuesDialog({ account, onClose }: Props) {
  return (
    <Dialog open={account !== undefined} onClose={onClose} label={`Event queues of ${account?.name ?? ''}`}>
      {account ? <QueuesForm account={account} onDone={onClose} /> : null}
    </Dialog>
  );
}

function QueuesForm({ account, onDone }: { account: Account; onDone: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState(account.event_queues.join('\n'));
  const save = useMutation({
    mutationFn: () => changeAccount(account.account_id, { event_queues: queuesOf(text) }),
    onSuccess: (changed) => {
      announce(
        changed.event_queues.length > 0
          ? `The queues of ${changed.name} are read from now on: see Coverage`
          : `No queue of ${changed.name} is read any more`,
      );
      void client.invalidateQueries({ queryKey: accountsQuery.queryKey });
      void client.invalidateQueries({ queryKey: ['event-queues'] });
      onDone();
    },
    onError: () => {}, // shown below
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className={forms.form} onSubmit={submit}>
      <p className={forms.text}>
        What EventBridge sends to a queue is looked at at once; without one a change is seen with the next
        sweep. deploy/cloudformation/hostmaster-events.yaml makes the queue, its rules and the permission to
        read it.
      </p>
      <Textarea
        label="URLs of the queues"
        description="One a line, such as https://sqs.eu-west-1.amazonaws.com/111111111111/hostmaster-events"
        autosize
        minRows={3}
        spellCheck={false}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <FormError error={save.error} />
      <div className={forms.buttons}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="filled" loading={save.isPending}>
          Save
        </Button>
      </div>
    </form>
  );
}
