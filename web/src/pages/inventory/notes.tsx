// What the page says about its list: how much, how old, how complete, and why it may be empty.
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ResourcePage } from '@/api/types';
import { EmptyState } from '@/components/states';
import { When } from '@/components/when';
import { count, plural } from '@/lib/format';
import { toCoverage } from '@/lib/links';
import { kMostLoaded } from './use_inventory';
import classes from './inventory.module.css';

export function Note({ page, loaded }: { page: ResourcePage | undefined; loaded: number }) {
  if (!page) return <>&nbsp;</>;
  return (
    <>
      <span className="hm-num">{plural(page.total, 'resource')}</span>, as of{' '}
      <When at={page.as_of} never="never" />
      {page.gaps > 0 ? (
        <>
          {'. '}
          <Link {...toCoverage()} className={classes.gaps}>
            {plural(page.gaps, 'gap')}
          </Link>
          : there may be more than is listed
        </>
      ) : null}
      {page.search?.behind ? '. The latest changes are still being read for the search' : null}
      {loaded >= kMostLoaded ? `. Only the first ${count(kMostLoaded)} are shown: narrow the filter` : null}
    </>
  );
}

// What is wrong with it is said at the filter itself.
export function WrongFilter({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      icon="search"
      title="The filter cannot be understood"
      action={<Button onClick={onClear}>Clear the filter</Button>}
    >
      Such filters are: <code>type:ec2/instance</code>, <code>tag:env=prod</code>,{' '}
      <code>created:&gt;30d</code>, <code>-region:us-east-1</code>. Words are looked for in names, ids, ARNs,
      addresses and tags.
    </EmptyState>
  );
}

interface NothingProps {
  page: ResourcePage;
  filtered: boolean;
  onClear: () => void;
}

export function Nothing({ page, filtered, onClear }: NothingProps) {
  if (filtered) {
    return (
      <EmptyState
        icon="search"
        title="No resource fits this filter"
        action={<Button onClick={onClear}>Clear the filter</Button>}
      >
        {page.search?.behind
          ? 'The latest changes are still being read for the search: there may be some among them. '
          : ''}
        {page.gaps > 0
          ? `${plural(page.gaps, 'sweep')} in this scope did not end well, so there may be some that could not be read.`
          : page.as_of === null
            ? 'Nothing is known yet: what there is is unknown.'
            : 'Everything in this scope was asked.'}
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="inventory"
      title={page.as_of === null ? 'Nothing is known yet' : 'Nothing is listed'}
      action={<Link {...toCoverage()}>See what was asked</Link>}
    >
      {page.as_of === null || page.gaps > 0
        ? 'What could not be asked may hold resources: what is there is unknown.'
        : 'AWS says that there is nothing in this scope.'}
    </EmptyState>
  );
}
