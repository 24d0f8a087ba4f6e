import { ActionIcon } from '@mantine/core';
import { type KeyboardEvent, useRef } from 'react';
import type { ApiError } from '@/api/client';
import { Icon } from '@/components/icons';
import { wordAt } from '@/lib/filter_text';
import { useTypedFilter } from '@/lib/use_typed_filter';
import { accept, type Completion } from '@/components/filter/completions';
import { FilterOptions, useCompletion } from '@/components/filter/filter_options';
import classes from '@/components/filter/filter_box.module.css';

interface Props {
  value: string; // of the URL
  onChange: (filter: string) => void;
  error: ApiError | undefined; // the server's, for the value
}

function useFilterBox({ value, onChange }: Omit<Props, 'error'>) {
  const typed = useTypedFilter(value, onChange);
  const { text, setText, send } = typed;
  const input = useRef<HTMLInputElement>(null);
  const complete = useCompletion(text);
  const { options, active, setActive, setCursor, setOpen } = complete;
  const choose = (option: Completion) => {
    const next = accept(text, complete.word, option);
    setText(next.text);
    setCursor(next.cursor);
    setActive(-1);
    if (!option.open) setOpen(false);
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(next.cursor, next.cursor);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const option = options[active];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setOpen(true);
      setActive(Math.max(-1, Math.min(options.length - 1, active + step)));
    } else if (event.key === 'Enter' && option) {
      event.preventDefault();
      choose(option);
    } else if (event.key === 'Enter') {
      setOpen(false);
      send(text);
    } else if (event.key === 'Escape') {
      setOpen(false);
      if (options.length === 0) input.current?.blur();
    }
  };
  const onType = (next: string, cursor: number) => {
    setText(next);
    setCursor(cursor);
    setOpen(true);
    setActive(-1);
  };
  const clear = () => {
    setText('');
    send('');
    input.current?.focus();
  };
  // Who comes to an empty box is shown what can be asked for.
  const onFocus = () => setOpen(text === '');
  return {
    text,
    input,
    options,
    active,
    choose,
    onKeyDown,
    onType,
    onFocus,
    clear,
    close: () => setOpen(false),
  };
}

export function FilterBox({ value, onChange, error }: Props) {
  const { text, input, options, active, choose, onKeyDown, onType, onFocus, clear, close } = useFilterBox({
    value,
    onChange,
  });
  const wrong = error?.code === 'filter_invalid' && text.trim() === value ? error : undefined;
  return (
    <div className={classes.box} data-wrong={wrong ? true : undefined}>
      <span className={classes.icon}>
        <Icon name="search" />
      </span>
      <Underline text={text} at={wrong?.body.position} />
      <input
        ref={input}
        id="filter"
        className={classes.input}
        role="combobox"
        aria-label="Filter"
        aria-expanded={options.length > 0}
        aria-controls="filter-options"
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `filter-option-${active}` : undefined}
        aria-invalid={wrong ? true : undefined}
        aria-describedby={wrong ? 'filter-error' : undefined}
        placeholder="Filter: prod, type:ec2/instance, tag:env=prod, -region:us-east-1"
        autoComplete="off"
        spellCheck={false}
        maxLength={2000}
        value={text}
        onChange={({ currentTarget }) => onType(currentTarget.value, currentTarget.selectionStart ?? 0)}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={close}
      />
      {text ? (
        <ActionIcon size={24} aria-label="Clear the filter" onClick={clear}>
          <Icon name="close" size={12} />
        </ActionIcon>
      ) : (
        <kbd className={classes.kbd}>/</kbd>
      )}
      <FilterOptions options={options} active={active} onChoose={choose} />
      {wrong ? (
        <p id="filter-error" className={classes.error} role="alert">
          {wrong.message}
        </p>
      ) : null}
    </div>
  );
}

// The faulty word underlined, drawn behind the input with the same metrics.
function Underline({ text, at }: { text: string; at: number | undefined }) {
  if (at === undefined) return null;
  const end = Math.max(wordAt(text, at).end, at + 1);
  return (
    <span className={classes.mirror} aria-hidden="true">
      {text.slice(0, at)}
      <span className={classes.fault}>{text.slice(at, end) || ' '}</span>
    </span>
  );
}
