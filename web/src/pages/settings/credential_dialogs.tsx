import { type ReactNode, useState } from 'react';
import { ConfirmDialog } from '@/components/confirm_dialog';
import { Dialog } from '@/components/dialog';
import { SecretDialog } from '@/components/secret_dialog';

// What users and API keys have in common: one is made, its secret is shown once, and one day it is taken away.
export function useCredentialDialogs<Made, Item>() {
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<Made>();
  const [leaving, setLeaving] = useState<Item>();
  const showSecret = (next: Made) => {
    setAdding(false);
    setMade(next);
  };
  return { adding, setAdding, made, setMade, leaving, setLeaving, showSecret };
}

interface Props<Made, Item extends { name: string }> {
  dialogs: ReturnType<typeof useCredentialDialogs<Made, Item>>;
  add: { title: string; form: ReactNode };
  secret: { title: (made: Made) => string; note: string; of: (made: Made) => string; what: string };
  leave: {
    title: string;
    action: string;
    text: ReactNode;
    busy: boolean;
    error: Error | null;
    run: (item: Item) => void;
    forget: () => void; // the failure of the last try
  };
}

export function CredentialDialogs<Made, Item extends { name: string }>(props: Props<Made, Item>) {
  const { dialogs, add, secret, leave } = props;
  const { adding, setAdding, made, setMade, leaving, setLeaving } = dialogs;
  return (
    <>
      <Dialog open={adding} onClose={() => setAdding(false)} label={add.title}>
        {add.form}
      </Dialog>
      <SecretDialog
        title={made ? secret.title(made) : ''}
        note={secret.note}
        secret={made ? secret.of(made) : undefined}
        what={secret.what}
        onClose={() => setMade(undefined)}
      />
      <ConfirmDialog
        open={leaving !== undefined}
        title={`${leave.title} ${leaving?.name ?? ''}`}
        word={leaving?.name ?? ''}
        action={leave.action}
        busy={leave.busy}
        error={leave.error}
        onConfirm={() => leaving && leave.run(leaving)}
        onClose={() => {
          leave.forget();
          setLeaving(undefined);
        }}
      >
        {leave.text}
      </ConfirmDialog>
    </>
  );
}
