import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Icon } from '@/components/icons';
import { announce, announceFailure } from '@/components/toast';
import { copyText } from '@/lib/clipboard';

const kShownMs = 1500;

type Outcome = 'done' | 'failed';

// How it went shows at the button: a toast stands behind an open dialog.
function useCopy(text: string, what: string): [Outcome | undefined, () => void] {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (!outcome) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), kShownMs);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () =>
    void copyText(text).then(
      () => {
        setOutcome('done');
        announce(`Copied ${what}`);
      },
      () => {
        setOutcome('failed');
        announceFailure(`The browser did not allow copying ${what}. Select it and copy it by hand`);
      },
    );
  return [outcome, copy];
}

const icons = { done: 'check', failed: 'warning' } as const;
const words = { done: 'Copied', failed: 'Not copied' };

interface Props {
  text: string;
  what: string; // "the ARN"
}

export function CopyButton({ text, what }: Props) {
  const [outcome, copy] = useCopy(text, what);
  return (
    <ActionIcon size={24} onClick={copy} aria-label={`Copy ${what}`} title={`Copy ${what}`}>
      <Icon name={outcome ? icons[outcome] : 'copy'} size={14} />
    </ActionIcon>
  );
}

export function CopyTextButton({
  text,
  what,
  label,
  size = 'xs',
}: Props & { label: string; size?: 'xs' | 'sm' }) {
  const [outcome, copy] = useCopy(text, what);
  return (
    <Button
      size={size}
      onClick={copy}
      leftSection={<Icon name={outcome ? icons[outcome] : 'copy'} size={14} />}
    >
      {outcome ? words[outcome] : label}
    </Button>
  );
}
