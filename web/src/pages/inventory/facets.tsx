import { Button, Checkbox, Popover } from '@mantine/core';
import { useState } from 'react';
import type { ResourcePage } from '@/api/types';
import { Icon } from '@/components/icons';
import { count } from '@/lib/format';
import { toggleValue, valuesOf } from '@/lib/filter_text';
import classes from './facets.module.css';

type Facet = ResourcePage['facets'][number];

interface Props {
  facets: readonly Facet[] | undefined; // undefined: not counted so far
  filter: string;
  onChange: (filter: string) => void;
  old: boolean; // counted for the question before
  failed: boolean;
}

// What bears no value at all cannot be asked for by one: an entry without a name would choose nothing.
const named = (facet: Facet) => facet.values.filter((each) => each.value !== '');

// One chip a facet: what it holds with counts, what is chosen in its label.
export function Facets({ facets, filter, onChange, old, failed }: Props) {
  // Their place is kept: counting takes longer than the first rows, which would move under the pointer.
  if (!facets && !failed) return <div className={classes.chips} aria-busy="true" />;
  if (!facets) return null;
  const shown = facets.filter((facet) => named(facet).length > 0 || valuesOf(filter, facet.key).length > 0);
  if (shown.length === 0) return null;
  return (
    <div className={classes.chips} role="group" aria-label="Narrow by" aria-busy={old || undefined}>
      {shown.map((facet) => (
        <Chip key={facet.key} facet={facet} filter={filter} onChange={onChange} />
      ))}
    </div>
  );
}

function Chip({ facet, filter, onChange }: { facet: Facet } & Pick<Props, 'filter' | 'onChange'>) {
  const [open, setOpen] = useState(false);
  const chosen = valuesOf(filter, facet.key);
  const known = named(facet);
  const shown = [
    ...known,
    // Beyond those that are listed, how many there are is not known.
    ...chosen
      .filter((value) => !known.some((each) => each.value === value))
      .map((value) => ({ value, title: value, count: undefined })),
  ];
  const first = shown.find((each) => each.value === chosen[0])?.title ?? chosen[0];
  const label = chosen.length > 1 ? `${facet.title}: ${chosen.length}` : `${facet.title}: ${first}`;
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
          {chosen.length > 0 ? label : facet.title}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.dropdown} aria-label={facet.title}>
        {shown.map((value) => (
          <Checkbox
            key={value.value}
            size="xs"
            checked={chosen.includes(value.value)}
            onChange={() => onChange(toggleValue(filter, facet.key, value.value))}
            classNames={{ body: classes.body, labelWrapper: classes.wrapper }}
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
        {facet.more > 0 ? <p className={classes.more}>{count(facet.more)} more: type to narrow</p> : null}
      </Popover.Dropdown>
    </Popover>
  );
}
