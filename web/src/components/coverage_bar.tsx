import { OutcomeShape } from '@/components/outcome';
import { count } from '@/lib/format';
import type { Counts } from '@/lib/gaps';
import { kOutcomes, outcomeWords } from '@/lib/outcomes';
import classes from '@/components/coverage_bar.module.css';

// How much was answered, as one bar with its numbers in words below.
export function CoverageBar({ counts, legend = true }: { counts: Counts; legend?: boolean }) {
  const shown = kOutcomes.filter((outcome) => counts[outcome] > 0);
  const spoken = shown
    .map((outcome) => `${outcomeWords[outcome].title} ${count(counts[outcome])}`)
    .join(', ');
  return (
    <div>
      <div className={classes.bar} role="img" aria-label={spoken || 'Nothing to ask'}>
        {shown.map((outcome) => (
          <span
            key={outcome}
            className={classes.part}
            data-outcome={outcome}
            style={{ flexGrow: counts[outcome] }}
          />
        ))}
      </div>
      {legend ? (
        <ul className={classes.legend} aria-hidden="true">
          {shown.map((outcome) => (
            <li key={outcome}>
              <OutcomeShape outcome={outcome} />
              {outcomeWords[outcome].title} <span className="hm-num">{count(counts[outcome])}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
