import { Button } from '@mantine/core';
import { CopyTextButton } from '@/components/copy_button';
import { Dialog } from '@/components/dialog';
import classes from '@/components/forms.module.css';

interface Props {
  title: string;
  note: string;
  secret: string | undefined; // undefined: closed
  what: string; // "the password"
  onClose: () => void;
}

// Shows a secret that no later answer will hold.
export function SecretDialog({ title, note, secret, what, onClose }: Props) {
  return (
    <Dialog open={secret !== undefined} onClose={onClose} label={title}>
      <div className={classes.form}>
        <p className={classes.text}>{note}</p>
        <div className={classes.secret}>
          <code>{secret}</code>
          <CopyTextButton label="Copy" what={what} text={secret ?? ''} />
        </div>
        <div className={classes.buttons}>
          <Button variant="filled" onClick={onClose}>
            I have kept it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
