import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Sweep } from '@/api/types';
import { CopyButton, CopyTextButton } from '@/components/copy_button';
import { Dialog } from '@/components/dialog';
import { OutcomeLabel } from '@/components/outcome';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, duration, sentence } from '@/lib/format';
import { clause } from '@/lib/filter_text';
import { toInventory } from '@/lib/links';
import { outcomeWords } from '@/lib/outcomes';
import { statementFor } from './matrix';
import classes from './coverage.module.css';

function Row({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function SweepDialog({ sweep, onClose }: { sweep: Sweep | undefined; onClose: () => void }) {
  return (
    <Dialog open={sweep !== undefined} onClose={onClose} label={sweep ? sweep.type_title : 'Sweep'}>
      {sweep ? <Body sweep={sweep} /> : null}
    </Dialog>
  );
}

function Body({ sweep }: { sweep: Sweep }) {
  const filter = [
    clause('type', sweep.type),
    clause('account', sweep.account_id),
    clause('region', sweep.region),
  ].join(' ');
  return (
    <>
      <dl className={classes.facts}>
        <Row title="Place">
          {sweep.account_name} <span className="hm-muted">{sweep.account_id}</span>, {sweep.region}
        </Row>
        <Row title="Outcome">
          <OutcomeLabel outcome={sweep.outcome} />
        </Row>
        <Row title="Asked">
          <When at={sweep.started_at} exact />
        </Row>
        <Row title="Last complete">
          <When at={sweep.swept_at} never="never" exact />
        </Row>
        <Row title="Took">
          {duration(sweep.duration_ms)}, {count(sweep.calls)} calls
        </Row>
        <Row title="Resources">
          {sweep.resources === null ? (
            <UnknownMark reasons={[]} />
          ) : (
            <Link {...toInventory({ filter })}>{count(sweep.resources)}</Link>
          )}
        </Row>
      </dl>
      <Trouble sweep={sweep} />
    </>
  );
}

function Trouble({ sweep }: { sweep: Sweep }) {
  const { problem, outcome } = sweep;
  if (!problem) return null;
  return (
    <div className={classes.trouble}>
      <p>{sentence(problem.message)}</p>
      <p className="hm-muted">
        {problem.operation ? `${problem.operation}, ` : ''}
        {problem.code}
        {problem.request_id ? (
          <>
            , request <code>{problem.request_id}</code>
            <CopyButton text={problem.request_id} what="the request id" />
          </>
        ) : null}
      </p>
      {problem.permission ? (
        <p className={classes.permission}>
          Missing: <code>{problem.permission}</code>
          <CopyTextButton
            label="Copy statement"
            what="a policy statement"
            text={statementFor([problem.permission])}
          />
        </p>
      ) : null}
      <p>{outcomeWords[outcome].todo}</p>
    </div>
  );
}
