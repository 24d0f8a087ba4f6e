import type { KeyboardEvent } from 'react';
import { Icon } from '@/components/icons';
import classes from '@/app/palette_box.module.css';

export interface PaletteText {
  text: string;
  onText: (text: string) => void;
}

interface Props extends PaletteText {
  list?: string; // the id of the list with what was found
  activeId?: string | undefined; // of its entry that Enter opens
  onKeyDown?: (event: KeyboardEvent) => void;
}

// It takes the place of the one before in the midst of a word; the caret stands behind what was typed.
const focus = (input: HTMLInputElement | null) => input?.focus();

// What is looked for.
export function PaletteBox({ text, onText, list, activeId, onKeyDown }: Props) {
  return (
    <div className={classes.head}>
      <Icon name="search" />
      <input
        ref={focus}
        className={classes.input}
        role="combobox"
        aria-expanded={list !== undefined}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={activeId}
        aria-label="Search resources, pages and actions"
        placeholder="Search resources, pages, actions"
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <kbd className={classes.kbd}>Esc</kbd>
    </div>
  );
}
