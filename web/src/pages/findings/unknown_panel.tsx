import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FindingPage } from '@/api/types';
import { UnknownMark } from '@/components/unknown';
import { count, plural } from '@/lib/format';
import { toCoverage } from '@/lib/links';
import type { View } from './findings_search';
import classes from './findings.module.css';

interface Props {
  unknown: FindingPage['unknown'];
  view: View;
  onView: (view: View) => void;
}

function sentence({ count: outcomes, gaps, failed_rules: failed }: FindingPage['unknown']): string {
  const parts = [
    outcomes > 0 ? `${plural(outcomes, 'outcome')} cannot be told` : '',
    // A sweep that several rules need counts for each of them, so these are no sweeps.
    gaps > 0
      ? `${plural(gaps, 'time')} a rule had to leave a place out, since it is not known what there is`
      : '',
    failed > 0 ? `${plural(failed, 'rule')} failed` : '',
  ];
  return parts.filter(Boolean).join('; ');
}

// What the rules cannot tell stands apart: it is neither found nor passed.
export function UnknownPanel({ unknown, view, onView }: Props) {
  const [open, setOpen] = useState(false);
  if (unknown.count + unknown.gaps + unknown.failed_rules === 0) return null;
  return (
    <section aria-label="Unknown" className={classes.unknown}>
      <div className={classes.unknownHead}>
        <UnknownMark reasons={[]} />
        <span>{sentence(unknown)}.</span>
        <Button size="compact-xs" variant="subtle" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide why' : 'Why'}
        </Button>
        <Button
          size="compact-xs"
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
