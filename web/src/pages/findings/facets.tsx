import { Button, Checkbox, Popover, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FindingPage } from '@/api/types';
import { Icon } from '@/components/icons';
import { count } from '@/lib/format';
import { useTypedFilter } from '@/lib/use_typed_filter';
import { type FacetKey, kFacets, toggled, type View } from './findings_search';
import classes from './findings.module.css';

type Facet = FindingPage['facets'][number];

interface Props {
  facets: readonly Facet[];
  view: View;
  onView: (view: View, replace?: boolean) => void;
  old: boolean; // counted for the question before
}

const titles: Record<FacetKey, string> = {
  state: 'State',
  severity: 'Severity',
  category: 'Category',
  rule: 'Rule',
  account: 'Account',
};

// A word, and one chip a facet: what it holds with counts, what is chosen in its label.
export function Facets({ facets, view, onView, old }: Props) {
  return (
    <div className={classes.filters}>
      <WordBox word={view.word} onWord={(word) => onView({ ...view, word }, true)} />
      <div className={classes.chips} role="group" aria-label="Narrow by" aria-busy={old || undefined}>
        {kFacets.map((key) => (
          <Chip
            key={key}
            name={key}
            facet={facets.find((each) => each.key === key)}
            view={view}
            onView={onView}
          />
        ))}
      </div>
    </div>
  );
}

function WordBox({ word, onWord }: { word: string; onWord: (word: string) => void }) {
  const { text, setText, send } = useTypedFilter(word, onWord);
  return (
    <form
      role="search"
      className={classes.word}
      onSubmit={(event) => {
        event.preventDefault();
        send(text);
      }}
    >
      <TextInput
        aria-label="Find by reason, rule, or the resource's name, id or ARN"
        placeholder="Find: reason, rule, name, id"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

function Chip({
  name,
  facet,
  view,
  onView,
}: { name: FacetKey; facet: Facet | undefined } & Omit<Props, 'facets' | 'old'>) {
  const [open, setOpen] = useState(false);
  const chosen = view.chosen[name];
  const known = facet?.values.filter((each) => each.value !== '') ?? [];
  const shown = [
    ...known,
    // Beyond those that are listed, how many there are is not known.
    ...chosen
      .filter((value) => !known.some((each) => each.value === value))
      .map((value) => ({ value, title: value, count: undefined })),
  ];
  const first = shown.find((each) => each.value === chosen[0])?.title ?? chosen[0];
  const label = chosen.length > 1 ? `${titles[name]}: ${chosen.length}` : `${titles[name]}: ${first}`;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withinPortal={false}>
      <Popover.Target>
        <Button
          size="xs"
          radius="xl"
          className={classes.chip}
          data-on={chosen.length > 0 || undefined}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          rightSection={<Icon name="down" size={10} />}
        >
          <span className={classes.chipLabel}>{chosen.length > 0 ? label : titles[name]}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label={titles[name]}>
        {shown.map((value) => (
          <Checkbox
            key={value.value}
            size="xs"
            checked={chosen.includes(value.value)}
            onChange={() => onView(toggled(view, name, value.value))}
            classNames={{ body: classes.checkBody, labelWrapper: classes.checkLabel }}
            label={
              <span className={classes.option}>
                <span>{value.title}</span>
                <span className="hm-num hm-muted">
                  {value.count === undefined ? null : count(value.count)}
                </span>
              </span>
            }
          />
        ))}
        {facet && facet.more > 0 ? <p className="hm-muted">{count(facet.more)} more are not listed</p> : null}
        {shown.length === 0 ? <p className="hm-muted">Nothing to choose from</p> : null}
      </Popover.Dropdown>
    </Popover>
  );
}
