import { useQuery } from '@tanstack/react-query';
import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import { tablesQuery } from '@/api/query';
import { acceptSql, placeAt, type SqlOption, sqlOptions } from '@/lib/sql_words';
import classes from './sql_editor.module.css';

interface Props {
  value: string;
  onChange: (sql: string) => void;
  onRun: () => void;
}

interface Offer {
  options: SqlOption[];
  active: number;
  style: CSSProperties; // under the word
}

const kLine = 20; // px, as the style sheet has it
const kPadding = 12;
const kInset = 13; // of a completion's text in its list, so that it stands under the word

// Lines are not broken, so the place of a word follows from its line and column.
function under(area: HTMLTextAreaElement, start: number): CSSProperties {
  const lines = area.value.slice(0, start).split('\n');
  const column = lines.at(-1)?.length ?? 0;
  const top = kPadding + lines.length * kLine - area.scrollTop + 2;
  return {
    top: Math.min(top, area.clientHeight),
    left: `clamp(0px, calc(${kPadding - kInset - area.scrollLeft}px + ${column}ch), calc(100% - min(420px, 100%)))`,
  };
}

// A text field that offers tables, columns and keywords for the word at the cursor.
function useOffer({ value, onChange }: Omit<Props, 'onRun'>) {
  const area = useRef<HTMLTextAreaElement>(null);
  const { data } = useQuery(tablesQuery);
  const [offer, setOffer] = useState<Offer>();
  const show = (sql: string, asked = false) => {
    const field = area.current;
    if (!field) return;
    const cursor = field.selectionStart;
    const options = sqlOptions(sql, cursor, data?.items ?? [], asked);
    const place = placeAt(sql, cursor);
    setOffer(
      place && options.length > 0 ? { options, active: 0, style: under(field, place.start) } : undefined,
    );
  };
  const choose = (option: SqlOption) => {
    const field = area.current;
    const place = field && placeAt(value, field.selectionStart);
    setOffer(undefined);
    if (!field || !place) return;
    const next = acceptSql(value, place, option);
    onChange(next.sql);
    requestAnimationFrame(() => {
      field.focus();
      field.setSelectionRange(next.cursor, next.cursor);
    });
  };
  const move = (step: number) =>
    offer &&
    setOffer({ ...offer, active: (offer.active + step + offer.options.length) % offer.options.length });
  return { area, offer, show, choose, move, close: () => setOffer(undefined) };
}

type Offering = ReturnType<typeof useOffer>;

// What the keys do while something is offered, and the two that work always.
function useKeys({ offer, show, choose, move, close }: Offering, value: string, onRun: () => void) {
  const chosen = offer?.options[offer.active];
  return (event: KeyboardEvent) => {
    const modified = event.ctrlKey || event.metaKey;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter' && modified) {
      event.preventDefault();
      close();
      onRun();
    } else if (event.key === ' ' && event.ctrlKey) {
      event.preventDefault();
      show(value, true);
    } else if (!offer || modified || event.shiftKey) {
      return;
    } else if (step !== undefined) {
      event.preventDefault();
      move(step);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault();
      choose(chosen);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (['ArrowLeft', 'ArrowRight', 'Home', 'End'].includes(event.key)) {
      close();
    }
  };
}

export function SqlEditor({ value, onChange, onRun }: Props) {
  const offering = useOffer({ value, onChange });
  const { area, offer, show, choose, close } = offering;
  const onKeyDown = useKeys(offering, value, onRun);
  return (
    <div className={classes.box}>
      <textarea
        ref={area}
        className={classes.editor}
        aria-label="SQL statement"
        aria-autocomplete="list"
        aria-controls="sql-options"
        aria-activedescendant={offer ? `sql-option-${offer.active}` : undefined}
        aria-describedby="sql-help"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        wrap="off"
        rows={7}
        maxLength={100_000}
        value={value}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          show(event.currentTarget.value);
        }}
        onKeyDown={onKeyDown}
        onBlur={close}
        onScroll={close}
        onPointerDown={close}
      />
      <p id="sql-help" className="hm-sr">
        Control and Enter run it. Control and the space bar show what can stand at the cursor.
      </p>
      <Options offer={offer} onChoose={choose} />
    </div>
  );
}

function Options({ offer, onChoose }: { offer: Offer | undefined; onChoose: (option: SqlOption) => void }) {
  return (
    <div
      id="sql-options"
      role="listbox"
      aria-label="Completions"
      className={classes.options}
      style={offer?.style}
      hidden={!offer}
    >
      {offer?.options.map((option, index) => (
        // The editor keeps the focus and handles the keys; the option is for the pointer.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={`${option.text} ${option.note}`}
          id={`sql-option-${index}`}
          role="option"
          aria-selected={index === offer.active}
          className={classes.option}
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(option);
          }}
        >
          <code className={classes.word}>{option.text}</code>
          <span className={classes.note}>{option.note}</span>
        </div>
      ))}
    </div>
  );
}
