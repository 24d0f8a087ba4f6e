import type { Severity } from '@/api/types';
import classes from '@/components/severity.module.css';

// A shape for each, so that colour is never the only difference.
const shapes: Record<Severity, string> = {
  critical: 'M6 .6l5.4 9.8H.6z',
  high: 'M6 .8L11.2 6L6 11.2L.8 6z',
  medium: 'M1.5 1.5h9v9h-9z',
  low: 'M6 2.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7',
  info: 'M6 2.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7m0 1.3a2.2 2.2 0 1 1 0 4.4a2.2 2.2 0 1 1 0-4.4',
};

export const severityTitles: Record<Severity, string> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Info',
};

export function SeverityLabel({ severity }: { severity: Severity }) {
  return (
    <span className={classes.label}>
      <svg
        width="12"
        height="12"
        viewBox="0 0 12 12"
        aria-hidden="true"
        className={classes.shape}
        data-severity={severity}
      >
        <path d={shapes[severity]} fillRule="evenodd" />
      </svg>
      {severityTitles[severity]}
    </span>
  );
}
