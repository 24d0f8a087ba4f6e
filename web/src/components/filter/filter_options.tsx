import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { facetsQuery, filterKeysQuery } from '@/api/resource';
import { ownersQuery } from '@/api/tag';
import { useScope } from '@/components/scope';
import { wordAt } from '@/lib/filter_text';
import { type Completion, completions, ownerFacet } from '@/components/filter/completions';
import classes from '@/components/filter/filter_box.module.css';

// What is offered for the word at the cursor, and which of it the arrow keys stand on.
export function useCompletion(text: string) {
  const scope = useScope();
  const [cursor, setCursor] = useState(0);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const { data } = useQuery({ ...filterKeysQuery, enabled: open });
  const { data: facets } = useQuery({ ...facetsQuery(scope), enabled: open });
  const word = wordAt(text, cursor);
  // They are counted from all tags, so only for who asks for them.
  const { data: owners } = useQuery({ ...ownersQuery(scope), enabled: open && /^-?owner:/.test(word.text) });
  const known = [...(facets ?? []), ...(owners ? [ownerFacet(owners)] : [])];
  const options = open ? completions(word, data?.keys ?? [], known) : [];
  return { word, options, active, setActive, setCursor, setOpen };
}

interface Props {
  options: Completion[];
  active: number;
  onChoose: (option: Completion) => void;
}

export function FilterOptions({ options, active, onChoose }: Props) {
  return (
    <div
      id="filter-options"
      role="listbox"
      aria-label="Completions"
      className={classes.options}
      hidden={options.length === 0}
    >
      {options.map((option, index) => (
        // The input keeps the focus and handles the keys; the option is for the pointer.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
        <div
          key={option.text}
          id={`filter-option-${index}`}
          role="option"
          aria-selected={index === active}
          className={classes.option}
          onPointerDown={(event) => {
            event.preventDefault();
            onChoose(option);
          }}
        >
          <code>{option.text}</code>
          <span className={classes.note}>{option.note}</span>
        </div>
      ))}
    </div>
  );
}
