import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FindingPage } from '@/api/types';
import { UnknownMark } from '@/components/unknown';
import { doubts } from '@/api/finding_doubts';
import { count } from '@/lib/format';
import { toCoverage } from '@/lib/links';
import type { View } from './findings_search';
import classes from './findings.module.css';

interface Props {
  unknown: FindingPage['unknown'];
  view: View;
  onView: (view: View) => void;
}

// What the rules cannot tell stands apart: it is neither found nor passed.
export function UnknownPanel({ unknown, view, onView }: Props) {
  const [open, setOpen] = useState(false);
  const what = doubts(unknown);
  if (what === '') return null;
  return (
    <section aria-label="Unknown" className={classes.unknown}>
      <div className={classes.unknownHead}>
        <UnknownMark reasons={[]} />
        <span className={classes.unknownWhat}>{what}.</span>
        <Button size="compact-sm" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide why' : 'Why'}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-pressed={view.unknown}
          onClick={() => onView({ ...view, unknown: !view.unknown })}
        >
          {view.unknown ? 'Show all findings' : 'Only findings in doubt'}
        </Button>
      </div>
      {open ? (
        <ul className={classes.reasons}>
          {unknown.reasons.map((why) => (
            <li key={why.reason}>
              <span className="hm-num">{count(why.count)}</span> {why.reason}
            </li>
          ))}
          <li>
            <Link {...toCoverage()}>What could not be read, on the Coverage page</Link>
          </li>
        </ul>
      ) : null}
    </section>
  );
}
