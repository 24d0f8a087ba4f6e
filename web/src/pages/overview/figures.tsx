import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Summary } from '@/api/types';
import { AtLeast } from '@/components/at_least';
import { CoverageBar } from '@/components/coverage_bar';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, percent, plural } from '@/lib/format';
import { toCoverage, toInventory } from '@/lib/links';
import { gaps } from '@/lib/gaps';
import classes from './figures.module.css';

interface FigureProps {
  title: string;
  link?: { to: string; search: object };
  value: ReactNode;
  note: ReactNode;
  children?: ReactNode;
}

function Figure({ title, link, value, note, children }: FigureProps) {
  return (
    <li className={classes.figure}>
      <h2 className={classes.title}>{link ? <Link {...link}>{title}</Link> : title}</h2>
      <p className={classes.value}>{value}</p>
      <p className={classes.note}>{note}</p>
      {children}
    </li>
  );
}

const notSwept = [{ what: 'This figure', reason: 'nothing has been swept yet', code: 'not_swept' }];

function changesNote({ created, found, gone }: Summary['changes_24h']) {
  if (created === null || found === null || gone === null) return 'Changes of the last 24 h are unknown';
  return `${count(created)} created, ${count(found)} first seen, ${count(gone)} gone in 24 h`;
}

// The first row of the page: what there is, how much of it was answered, how old it is.
export function Figures({ summary }: { summary: Summary }) {
  const { resources, untagged, coverage } = summary;
  const missing = gaps(coverage);
  const undecided = summary.unknown.filter(({ what }) => what === 'resources without tags').length;
  const untaggedGaps = missing + undecided;
  return (
    <ul className={classes.row}>
      <Figure
        title="Resources"
        link={toInventory()}
        value={<AtLeast value={resources} gaps={missing} />}
        note={changesNote(summary.changes_24h)}
      />
      <Figure
        title="Without tags"
        link={toInventory({ filter: 'is:untagged' })}
        value={<AtLeast value={untagged} gaps={untaggedGaps} />}
        note={
          resources && untagged !== null
            ? `${percent(untagged, resources)} of ${untaggedGaps > 0 ? 'what was read' : 'all resources'}`
            : 'Share is unknown'
        }
      />
      <Figure
        title="Data as of"
        value={<When at={summary.as_of} never="never" />}
        note={
          <>
            Oldest sweep behind these numbers; newest <When at={coverage.newest_swept_at} never="never" />
          </>
        }
      />
      <Figure
        title="Coverage"
        link={toCoverage()}
        value={
          coverage.total === 0 ? <UnknownMark reasons={notSwept} /> : percent(coverage.ok, coverage.total)
        }
        note={
          missing === 0 ? 'Everything was answered' : `${plural(missing, 'gap')}: what is there is unknown`
        }
      >
        <CoverageBar counts={coverage} legend={false} />
      </Figure>
    </ul>
  );
}
