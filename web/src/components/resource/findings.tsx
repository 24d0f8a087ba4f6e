import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { findingsOfResourceQuery } from '@/api/finding';
import type { Finding } from '@/api/types';
import { SeverityLabel } from '@/components/severity';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { toFindings } from '@/lib/links';
import classes from '@/components/resource/resource.module.css';

// What the rules say of one resource: what is open first, what is resolved last.
export function ResourceFindings({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(findingsOfResourceQuery(id));
  if (error && !data) {
    return <ErrorState error={error} what="What the rules say" onRetry={() => void refetch()} />;
  }
  if (!data) return <Skeleton lines={3} height={44} />;
  const open = data.items.filter((finding) => finding.state !== 'resolved');
  const resolved = data.items.filter((finding) => finding.state === 'resolved');
  if (data.items.length === 0) {
    return (
      <EmptyState icon="findings" title="No rule found anything here">
        That is no proof that all is well: rules that could not tell are named on the{' '}
        <Link {...toFindings()}>Findings page</Link>.
      </EmptyState>
    );
  }
  return (
    <>
      <List label="Found now" findings={open} />
      {resolved.length > 0 ? (
        <>
          <h3 className={classes.kicker}>Resolved</h3>
          <List label="Resolved" findings={resolved} />
        </>
      ) : null}
    </>
  );
}

function List({ label, findings }: { label: string; findings: readonly Finding[] }) {
  return (
    <ul aria-label={label} className={classes.findings}>
      {findings.map((finding) => (
        <li key={finding.id} className={classes.finding}>
          <SeverityLabel severity={finding.severity} />
          <span>
            <Link {...toFindings({ id: finding.id, state: finding.state })}>{finding.title}</Link>
            <span className={classes.findingWhy}>
              {finding.reason} ·{' '}
              {finding.resolved_at ? (
                <>
                  resolved <When at={finding.resolved_at} />
                </>
              ) : (
                <>
                  {finding.state}, opened <When at={finding.opened_at} never="not yet" />
                </>
              )}
              {finding.unknown ? (
                <UnknownMark reasons={[{ what: 'Now', reason: finding.unknown, code: 'unknown' }]} />
              ) : null}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
