import { type OutcomeName, outcomeWords } from '@/lib/outcomes';
import classes from '@/components/outcome.module.css';

// A shape for each, so that colour is never the only difference.
const shapes: Record<OutcomeName, string> = {
  ok: 'M6 3.6a2.4 2.4 0 1 0 0 4.8a2.4 2.4 0 1 0 0-4.8',
  denied: 'M4 1h4l3 3v4l-3 3H4L1 8V4z',
  failed: 'M6 1l5.2 9.6H.8z',
  throttled: 'M6 .8L11.2 6L6 11.2L.8 6z',
  skipped: 'M2 5h8v2H2z',
  pending: 'M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9m0 1.5a3 3 0 1 1 0 6a3 3 0 1 1 0-6',
};

export function OutcomeShape({ outcome }: { outcome: OutcomeName }) {
  return (
    <svg
      width="12"
      height="12"
      viewBox="0 0 12 12"
      aria-hidden="true"
      className={classes.shape}
      data-outcome={outcome}
    >
      <path d={shapes[outcome]} fillRule="evenodd" />
    </svg>
  );
}

export function OutcomeLabel({ outcome }: { outcome: OutcomeName }) {
  const { title, meaning } = outcomeWords[outcome];
  return (
    <span className={classes.label} data-outcome={outcome} title={meaning}>
      <OutcomeShape outcome={outcome} />
      {title}
    </span>
  );
}
