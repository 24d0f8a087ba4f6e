import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Count, Summary } from '@/api/types';
import { BarList } from '@/components/bar_list';
import { Panel } from '@/components/panel';
import { clause } from '@/lib/filter_text';
import { plural } from '@/lib/format';
import { toInventory } from '@/lib/links';
import classes from './overview.module.css';

const kShown = 10;
const kMostListed = 50; // the server names no more of a kind
const views = [
  { key: 'type', title: 'By type', of: (summary: Summary) => summary.by_type },
  { key: 'account', title: 'By account', of: (summary: Summary) => summary.by_account },
  { key: 'region', title: 'By region', of: (summary: Summary) => summary.by_region },
] as const;

export function Owned({ summary }: { summary: Summary }) {
  const [view, setView] = useState<(typeof views)[number]>(views[0]);
  const [all, setAll] = useState(false);
  const items = view.of(summary).toSorted((a, b) => b.count - a.count);
  return (
    <Panel
      title="What you own"
      note={
        items.length < kMostListed
          ? plural(items.length, view.key)
          : `The ${items.length} largest ${view.key}s`
      }
      actions={
        <span className={classes.tabs}>
          {views.map((each) => (
            <button
              key={each.key}
              type="button"
              className={classes.tab}
              aria-pressed={each === view}
              onClick={() => setView(each)}
            >
              {each.title}
            </button>
          ))}
        </span>
      }
    >
      <BarList
        noun={view.title}
        items={all ? items : items.slice(0, kShown)}
        linkOf={(item: Count) => toInventory({ filter: clause(view.key, item.value) })}
      />
      {items.length > kShown ? (
        <Button size="xs" variant="subtle" onClick={() => setAll(!all)}>
          {all
            ? 'Show fewer'
            : items.length < kMostListed
              ? `Show all ${items.length}`
              : `Show the ${items.length} largest`}
        </Button>
      ) : null}
    </Panel>
  );
}
