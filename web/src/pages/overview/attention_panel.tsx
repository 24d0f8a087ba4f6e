import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { coverageQuery } from '@/api/sweep';
import type { Account, Summary } from '@/api/types';
import { Button } from '@mantine/core';
import { Icon } from '@/components/icons';
import { OutcomeLabel } from '@/components/outcome';
import { Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { type Concern, concerns } from './attention';
import classes from './overview.module.css';

const kShown = 6;

export function Attention({ summary, accounts }: { summary: Summary; accounts: readonly Account[] }) {
  const scope = useScope();
  const { data: coverage, error, refetch } = useQuery(coverageQuery(scope));
  const [all, setAll] = useState(false);
  const found = coverage ? concerns(summary, coverage, accounts) : [];
  const shown = all ? found : found.slice(0, kShown);
  return (
    <Panel
      title="Needs attention"
      note={found.length > 0 ? 'What could not be asked stands first' : undefined}
    >
      {error && !coverage ? (
        <ErrorState error={error} what="Coverage" onRetry={() => void refetch()} />
      ) : null}
      {!coverage && !error ? <Skeleton lines={3} height={40} /> : null}
      {coverage && found.length === 0 ? (
        <p className={classes.calm}>
          <Icon name="check" />
          Everything in this scope was asked and answered.
        </p>
      ) : null}
      <ul className={classes.concerns}>
        {shown.map((concern) => (
          <Row key={concern.id} concern={concern} />
        ))}
      </ul>
      {found.length > kShown ? (
        <Button size="xs" variant="subtle" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${found.length}`}
        </Button>
      ) : null}
    </Panel>
  );
}

function Row({ concern }: { concern: Concern }) {
  const { kind, title, text, to, search } = concern;
  return (
    <li className={classes.concern}>
      {kind === 'unknown' ? (
        <span>
          <UnknownMark reasons={[]} />
        </span>
      ) : (
        <OutcomeLabel outcome={kind} />
      )}
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
