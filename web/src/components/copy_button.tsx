import { ActionIcon, Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Icon } from '@/components/icons';
import { announce } from '@/components/toast';

const kShownMs = 1500;

function useCopy(text: string, what: string): [boolean, () => void] {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => setDone(false), kShownMs);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(
      () => {
        setDone(true);
        announce(`Copied ${what}`);
      },
      () => announce(`The browser did not allow copying ${what}`),
    );
  };
  return [done, copy];
}

interface Props {
  text: string;
  what: string; // "the ARN"
}

export function CopyButton({ text, what }: Props) {
  const [done, copy] = useCopy(text, what);
  return (
    <ActionIcon size={24} onClick={copy} aria-label={`Copy ${what}`} title={`Copy ${what}`}>
      <Icon name={done ? 'check' : 'copy'} size={14} />
    </ActionIcon>
  );
}

export function CopyTextButton({
  text,
  what,
  label,
  size = 'xs',
}: Props & { label: string; size?: 'xs' | 'sm' }) {
  const [done, copy] = useCopy(text, what);
  return (
    <Button size={size} onClick={copy} leftSection={<Icon name={done ? 'check' : 'copy'} size={14} />}>
      {done ? 'Copied' : label}
    </Button>
  );
}
