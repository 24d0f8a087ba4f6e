import { Button, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Dialog } from '@/components/dialog';
import classes from '@/components/forms.module.css';

interface Props {
  open: boolean;
  title: string;
  children: ReactNode; // what will happen
  word: string; // must be typed, so that it cannot happen by a slip
  action: string; // on the button
  busy: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog({ open, title, children, word, action, busy, onConfirm, onClose }: Props) {
  return (
    <Dialog open={open} onClose={onClose} label={title}>
      <Body word={word} action={action} busy={busy} onConfirm={onConfirm} onClose={onClose}>
        {children}
      </Body>
    </Dialog>
  );
}

function Body({ children, word, action, busy, onConfirm, onClose }: Omit<Props, 'open' | 'title'>) {
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
      <div className={classes.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" className={classes.danger} disabled={typed !== word} loading={busy}>
          {action}
        </Button>
      </div>
    </form>
  );
}
