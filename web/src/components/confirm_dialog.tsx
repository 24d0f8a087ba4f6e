import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Dialog } from '@/components/dialog';
import { FormError } from '@/components/form_error';
import classes from '@/components/forms.module.css';

interface Props {
  open: boolean;
  title: string;
  children: ReactNode; // what will happen
  word: string; // must be typed, so that it cannot happen by a slip
  action: string; // on the button
  busy: boolean;
  error: Error | null; // of the last try: a toast would stand behind the dialog
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ open, title, children, ...body }: Props) {
  return (
    <Dialog open={open} onClose={body.onClose} label={title}>
      <Body {...body}>{children}</Body>
    </Dialog>
  );
}

function Body({ children, word, action, busy, error, onConfirm, onClose }: Omit<Props, 'open' | 'title'>) {
  const [typed, setTyped] = useState('');
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === word) onConfirm();
      }}
    >
      <div className={classes.text}>{children}</div>
      <TextInput
        label={`Type ${word} to confirm`}
        autoComplete="off"
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <FormError error={error} />
      <div className={classes.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" className={classes.danger} disabled={typed !== word} loading={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
