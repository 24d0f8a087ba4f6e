import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { topFindingsQuery } from '@/api/finding';
import { coverageQuery } from '@/api/sweep';
import type { Account, FindingPage, Summary } from '@/api/types';
import { Button } from '@mantine/core';
import { Icon } from '@/components/icons';
import { OutcomeLabel } from '@/components/outcome';
import { Old, Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { SeverityLabel } from '@/components/severity';
import { ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { clear, doubts } from '@/api/finding_doubts';
import { type Concern, concerns } from './attention';
import classes from './overview.module.css';

const kShown = 6;
const kFindings = 200;

export function Attention({ summary, accounts }: { summary: Summary; accounts: readonly Account[] }) {
  const scope = useScope();
  const { data: coverage, error, refetch, isPlaceholderData } = useQuery(coverageQuery(scope));
  const top = useQuery(topFindingsQuery(scope, kFindings));
  const [all, setAll] = useState(false);
  const found = coverage ? concerns(summary, coverage, accounts, top.data) : [];
  const shown = all ? found : found.slice(0, kShown);
  return (
    <Panel title="Needs attention" note={found.length > 0 ? 'What may hide more stands first' : undefined}>
      {error && !coverage ? (
        <ErrorState error={error} what="Coverage" onRetry={() => void refetch()} />
      ) : null}
      {(!coverage && !error) || (found.length === 0 && top.isPending) ? (
        <Skeleton lines={3} height={40} />
      ) : null}
      {top.error && !top.data ? (
        <ErrorState error={top.error} what="What the rules found" onRetry={() => void top.refetch()} />
      ) : null}
      {coverage && top.data && found.length === 0 ? <Calm page={top.data} /> : null}
      <Old old={isPlaceholderData || top.isPlaceholderData}>
        <ul className={classes.concerns}>
          {shown.map((concern) => (
            <Row key={concern.id} concern={concern} />
          ))}
        </ul>
      </Old>
      {found.length > kShown ? (
        <Button size="xs" variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${found.length}`}
        </Button>
      ) : null}
    </Panel>
  );
}

// Nothing to show is no proof of anything where the rules could not tell.
function Calm({ page }: { page: FindingPage }) {
  if (!clear(page)) {
    return (
      <p className={classes.calm}>
        <UnknownMark reasons={[]} />
        {page.as_of === null ? 'No rule has looked here yet.' : `Not all clear: ${doubts(page.unknown)}.`}
      </p>
    );
  }
  return (
    <p className={classes.calm}>
      <Icon name="check" />
      Everything in this scope was asked and answered, and no rule found anything.
    </p>
  );
}

function Label({ kind }: { kind: Concern['kind'] }) {
  switch (kind) {
    case 'unknown':
      return (
        <span>
          <UnknownMark reasons={[]} />
        </span>
      );
    case 'critical':
    case 'high':
    case 'medium':
    case 'low':
    case 'info':
      return <SeverityLabel severity={kind} />;
    default:
      return <OutcomeLabel outcome={kind} />;
  }
}

function Row({ concern }: { concern: Concern }) {
  const { kind, title, text, to, search } = concern;
  return (
    <li className={classes.concern}>
      <Label kind={kind} />
      <span>
        <Link to={to} search={search} className={classes.concernTitle}>
          {title}
        </Link>
        <span className={classes.concernText}>{text}</span>
      </span>
      <span className={classes.go}>
        <Icon name="right" size={12} />
      </span>
    </li>
  );
}
