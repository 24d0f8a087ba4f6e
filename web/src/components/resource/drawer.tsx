import { ActionIcon } from '@mantine/core';
import { useEffect, useMemo, useRef } from 'react';
import { Icon } from '@/components/icons';
import { ResourceTabs } from '@/components/resource/resource_tabs';
import { useLatest } from '@/lib/use_latest';
import { useShortcuts } from '@/lib/shortcut_store';
import classes from '@/components/resource/drawer.module.css';

interface Props {
  id: string;
  onClose: () => void;
  onWalk?: (step: 1 | -1) => void; // where there is a next one and one before
}

// Stands beside the list, not in front of it: the list can be used on.
export function ResourceDrawer({ id, onClose, onWalk }: Props) {
  const box = useRef<HTMLElement>(null);
  const walk = useLatest(onWalk);
  const close = useLatest(onClose);
  const walks = onWalk !== undefined;
  const shortcuts = useMemo(
    () => [
      ...(walks
        ? [
            { keys: ']', title: 'Next resource', run: () => walk.current?.(1) },
            { keys: '[', title: 'Resource before', run: () => walk.current?.(-1) },
          ]
        : []),
      { keys: 'Escape', title: 'Close', run: () => close.current() },
    ],
    [close, walk, walks],
  );
  useShortcuts('Drawer', shortcuts);
  useEffect(() => box.current?.focus(), []);
  return (
    <aside ref={box} className={classes.drawer} aria-label="Resource" tabIndex={-1}>
      <ResourceTabs
        key={id}
        id={id}
        tools={
          <>
            {onWalk ? (
              <>
                <ActionIcon
                  aria-label="Resource before"
                  title="Resource before ([)"
                  onClick={() => onWalk(-1)}
                >
                  <Icon name="left" size={14} />
                </ActionIcon>
                <ActionIcon aria-label="Next resource" title="Next resource (])" onClick={() => onWalk(1)}>
                  <Icon name="right" size={14} />
                </ActionIcon>
              </>
            ) : null}
            <ActionIcon aria-label="Close" title="Close (Esc)" onClick={onClose}>
              <Icon name="close" size={14} />
            </ActionIcon>
          </>
        }
      />
    </aside>
  );
}
