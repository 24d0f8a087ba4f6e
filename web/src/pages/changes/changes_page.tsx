import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { CopyTextButton } from '@/components/copy_button';
import { FailureStrip, News } from '@/components/endless_list';
import { FilterBox } from '@/components/filter/filter_box';
import { Page } from '@/components/panel';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { ViewsMenu } from '@/components/views/views_menu';
import { When } from '@/components/when';
import { plural } from '@/lib/format';
import { toCoverage } from '@/lib/links';
import { usePrefs } from '@/lib/prefs';
import { useMore } from '@/lib/use_more';
import { scopeWords, type Words } from '@/lib/views';
import { ChangeRow } from './change_row';
import { byDay, kRanges, savedWords, viewOf } from './changes_search';
import { ExportMenu, Kinds, TimeRange } from './tools';
import { useChanges } from './use_changes';
import classes from './changes.module.css';

const meaningOf = (saved: Words): Words => ({ ...scopeWords(saved), ...savedWords(viewOf(saved)) });

type Changes = ReturnType<typeof useChanges>;

export function ChangesPage() {
  const state = useChanges();
  const { view, setView, scope, wanted, first, news, error } = state;
  return (
    <Page
      title="Changes"
      note={<Note page={first} />}
      actions={
        <>
          <ViewsMenu
            kind="changes"
            noun="view"
            words={{ ...savedWords(view), ...scope }}
            meaning={meaningOf}
          />
          <CopyTextButton size="sm" label="Copy link" what="the link" text={location.href} />
          <ExportMenu wanted={wanted} />
        </>
      }
    >
      <div className={classes.filters}>
        <FilterBox
          value={view.filter}
          onChange={(filter) => setView({ ...view, filter }, true)}
          error={error}
        />
        <TimeRange view={view} onView={setView} />
      </div>
      <Kinds view={view} onView={setView} counts={first?.counts} />
      <News news={news} noun="resource" />
      <Feed state={state} />
    </Page>
  );
}

function Note({ page }: { page: Changes['first'] }) {
  if (!page) return <>&nbsp;</>;
  return (
    <>
      As of <When at={page.as_of} never="never" />
      {page.gaps > 0 ? (
        <>
          {'. '}
          <Link {...toCoverage({ outcome: 'not_ok' })} className={classes.gaps}>
            {plural(page.gaps, 'gap')}
          </Link>
          : what changed there is not known
        </>
      ) : null}
      {page.horizon ? (
        <>
          . The history goes back to <When at={page.horizon} />
        </>
      ) : null}
      {page.search?.behind ? '. The latest changes are still being read for the search' : null}
    </>
  );
}

function Feed({ state }: { state: Changes }) {
  const { query, changes, first, error, view, setView } = state;
  const { more, asking } = useMore(query);
  const { zone } = usePrefs();
  if (error?.code === 'filter_invalid' && changes.length === 0) {
    return (
      <EmptyState
        icon="search"
        title="The filter cannot be understood"
        action={<Button onClick={() => setView({ ...view, filter: '' })}>Clear the filter</Button>}
      />
    );
  }
  if (error && changes.length === 0) {
    return <ErrorState error={error} what="The list" onRetry={() => void query.refetch()} />;
  }
  if (!first) return <Skeleton lines={12} height={40} />;
  if (changes.length === 0) return <Nothing state={state} />;
  return (
    <div className={classes.feed} aria-busy={query.isPlaceholderData || undefined}>
      {error && error.code !== 'filter_invalid' ? (
        <FailureStrip error={error} what="The list" onRetry={() => void query.refetch()} />
      ) : null}
      {byDay(changes, zone).map((group) => (
        <section key={group.day} aria-label={group.day}>
          <h2 className={classes.day}>
            <time dateTime={group.day}>{dayTitle(group.day)}</time>
          </h2>
          <ul>
            {group.changes.map((change) => (
              <ChangeRow key={change.seq} change={change} />
            ))}
          </ul>
        </section>
      ))}
      {query.hasNextPage ? (
        <Button onClick={more} loading={asking}>
          Older changes
        </Button>
      ) : null}
    </div>
  );
}

const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeZone: 'UTC' });
const dayTitle = (day: string) => days.format(new Date(`${day}T12:00:00Z`));

function Nothing({ state: { view, setView, first } }: { state: Changes }) {
  if (!first || first.as_of === null) {
    return (
      <EmptyState
        icon="changes"
        title="Nothing is known yet"
        action={<Link {...toCoverage()}>See what was asked</Link>}
      >
        No sweep has ended well, so what changes is unknown.
      </EmptyState>
    );
  }
  const within =
    view.range === 'custom' || view.range === 'all'
      ? ''
      : ` in the ${kRanges[view.range].title.toLowerCase()}`;
  return (
    <EmptyState
      icon="changes"
      title={`No such change${within}`}
      action={
        view.range === 'all' ? undefined : (
          <Button onClick={() => setView({ ...view, range: 'all' })}>Look at all that is kept</Button>
        )
      }
    >
      {first.search?.behind
        ? 'The latest changes are still being read for the search: there may be some among them. '
        : ''}
      {first.gaps > 0
        ? `${plural(first.gaps, 'place')} could not be read at the latest sweep, or not yet: what changed there is not known.`
        : 'Everything in this scope was asked.'}
    </EmptyState>
  );
}
