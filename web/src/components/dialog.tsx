import { ActionIcon } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { Icon } from '@/components/icons';
import classes from '@/components/dialog.module.css';

interface Props {
  open: boolean;
  onClose: () => void;
  label: string; // read out, and shown unless bare
  bare?: boolean; // no header of its own (the palette)
  wide?: boolean;
  children: ReactNode;
}

// The browser's own dialog: it keeps the focus inside, closes on Esc and gives the focus back.
export function Dialog({ open, onClose, label, bare = false, wide = false, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const pressedOutside = useRef(false);
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) dialog.showModal();
    if (!open && dialog.open) dialog.close();
  }, [open]);
  return (
    // A click on the backdrop is a shortcut for Esc and the close button, which the keyboard has.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      className={classes.dialog}
      data-bare={bare || undefined}
      data-wide={wide || undefined}
      aria-label={label}
      onClose={onClose}
      // Who selects a text and lets go outside has pressed inside, and does not mean to close it.
      onPointerDown={(event) => {
        pressedOutside.current = event.target === ref.current;
      }}
      onClick={(event) => {
        if (event.target === ref.current && pressedOutside.current) onClose();
      }}
    >
      {open ? (
        <div className={classes.inner}>
          {bare ? null : (
            <div className={classes.head}>
              <h2 className={classes.title}>{label}</h2>
              <ActionIcon onClick={onClose} aria-label="Close">
                <Icon name="close" />
              </ActionIcon>
            </div>
          )}
          {children}
        </div>
      ) : null}
    </dialog>
  );
}
