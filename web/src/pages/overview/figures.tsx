import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Summary } from '@/api/types';
import { CoverageBar } from '@/components/coverage_bar';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, percent, plural } from '@/lib/format';
import { toCoverage, toInventory } from '@/lib/links';
import { gaps } from '@/lib/outcomes';
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

const noneCounted = [
  { what: 'This figure', reason: 'none was counted, but gaps may hide some', code: 'gaps' },
];
const notSwept = [{ what: 'This figure', reason: 'nothing has been swept yet', code: 'not_swept' }];
// With gaps there may be more of it than is counted, and 0 would be a claim.
function orUnknown(value: number | null, missing: number) {
  if (value === null) return <UnknownMark reasons={notSwept} />;
  if (value === 0 && missing > 0) return <UnknownMark reasons={noneCounted} />;
  if (missing === 0) return count(value);
  return (
    <span title="There may be more: see Coverage">
      <span aria-hidden="true">≥&thinsp;</span>
      <span className="hm-sr">at least </span>
      {count(value)}
    </span>
  );
}

function changesNote({ created, gone }: Summary['changes_24h']) {
  if (created === null || gone === null) return 'Changes of the last 24 h are unknown';
  return `${count(created)} first seen, ${count(gone)} gone in 24 h`;
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
        value={orUnknown(resources, missing)}
        note={changesNote(summary.changes_24h)}
      />
      <Figure
        title="Without tags"
        link={toInventory({ filter: 'is:untagged' })}
        value={orUnknown(untagged, untaggedGaps)}
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
