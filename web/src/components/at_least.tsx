import type { Unknown } from '@/api/types';
import { UnknownMark } from '@/components/unknown';
import { count } from '@/lib/format';

const noneCounted = [
  { what: 'This figure', reason: 'none was counted, but gaps may hide some', code: 'gaps' },
];
const notSwept = [{ what: 'This figure', reason: 'nothing has been swept yet', code: 'not_swept' }];

interface Props {
  value: number | null; // null: nothing of it was ever counted
  gaps: number; // what was asked and not answered
  reasons?: readonly Unknown[];
}

// With gaps there may be more of it than is counted, and 0 would be a claim.
export function AtLeast({ value, gaps, reasons = notSwept }: Props) {
  if (value === null) return <UnknownMark reasons={reasons} />;
  if (value === 0 && gaps > 0) return <UnknownMark reasons={noneCounted} />;
  if (gaps === 0) return <>{count(value)}</>;
  return (
    <span title="There may be more: see Coverage">
      <span aria-hidden="true">≥&thinsp;</span>
      <span className="hm-sr">at least </span>
      {count(value)}
    </span>
  );
}
