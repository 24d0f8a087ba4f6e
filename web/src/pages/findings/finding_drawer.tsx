import { ActionIcon } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { findingQuery } from '@/api/finding';
import type { FindingDetail } from '@/api/types';
import { Icon } from '@/components/icons';
import { SeverityLabel } from '@/components/severity';
import { ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { usd } from '@/lib/format';
import { toResource } from '@/lib/links';
import { useLatest } from '@/lib/use_latest';
import { useShortcuts } from '@/lib/shortcut_store';
import { Actions } from './actions';
import { StateText } from './finding_table';
import { Fix } from './fix';
import classes from './findings.module.css';

interface Props {
  id: string;
  onClose: () => void;
  onWalk: (step: 1 | -1) => void;
}

// Stands beside the list, not in front of it: the list can be used on.
export function FindingDrawer({ id, onClose, onWalk }: Props) {
  const box = useRef<HTMLElement>(null);
  const walk = useLatest(onWalk);
  const shortcuts = useMemo(
    () => [
      { keys: ']', title: 'Next finding', run: () => walk.current(1) },
      { keys: '[', title: 'Finding before', run: () => walk.current(-1) },
      { keys: 'Escape', title: 'Close', run: onClose },
    ],
    [onClose, walk],
  );
  useShortcuts('Drawer', shortcuts);
  useEffect(() => box.current?.focus(), []);
  const { data: finding, error, refetch } = useQuery(findingQuery(id));
  return (
    <aside ref={box} className={classes.drawer} aria-label="Finding" tabIndex={-1}>
      <div className={classes.tools}>
        <ActionIcon aria-label="Finding before" title="Finding before ([)" onClick={() => onWalk(-1)}>
          <Icon name="left" size={14} />
        </ActionIcon>
        <ActionIcon aria-label="Next finding" title="Next finding (])" onClick={() => onWalk(1)}>
          <Icon name="right" size={14} />
        </ActionIcon>
        <ActionIcon aria-label="Close" title="Close (Esc)" onClick={onClose}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </div>
      {error && !finding ? (
        <ErrorState error={error} what="The finding" onRetry={() => void refetch()} />
      ) : null}
      {!finding && !error ? <Skeleton lines={8} height={28} /> : null}
      {finding ? <Content finding={finding} /> : null}
    </aside>
  );
}

function Content({ finding }: { finding: FindingDetail }) {
  return (
    <div className={classes.content}>
      <p className={classes.kicker}>
        {finding.category} · {finding.rule}
      </p>
      <h2 className={classes.heading}>{finding.title}</h2>
      <p className={classes.reason}>{finding.reason}</p>
      {finding.unknown ? (
        <p className={classes.doubt}>
          <UnknownMark reasons={[]} /> Whether it still holds is not known: {finding.unknown}
        </p>
      ) : null}
      <Actions finding={finding} />
      <Facts finding={finding} />
      <h3 className={classes.section}>Why it matters</h3>
      <p>{finding.description ?? 'The rule is no longer there to say.'}</p>
      <h3 className={classes.section}>What the rule saw</h3>
      <Evidence evidence={finding.evidence} />
      <Fix fix={finding.fix} />
      <h3 className={classes.section}>History</h3>
      <History finding={finding} />
    </div>
  );
}

function Facts({ finding }: { finding: FindingDetail }) {
  const { resource } = finding;
  return (
    <dl className={classes.facts}>
      <dt>Severity</dt>
      <dd>
        <SeverityLabel severity={finding.severity} />
      </dd>
      <dt>State</dt>
      <dd>
        <StateText finding={finding} />
        {finding.held_until ? (
          <>
            {' until '}
            <When at={finding.held_until} exact />
          </>
        ) : null}
        {finding.resolution ? ` (${finding.resolution.replaceAll('_', ' ')})` : null}
        {finding.actor ? ` by ${finding.actor}` : null}
        {finding.note ? `: ${finding.note}` : null}
      </dd>
      <dt>Resource</dt>
      <dd>
        <Link {...toResource(resource.id)}>{resource.name}</Link>{' '}
        <span className="hm-muted">
          {resource.type_title}
          {resource.gone ? ', gone' : ''}
        </span>
      </dd>
      <dt>Where</dt>
      <dd>
        {finding.account_name}, {finding.region}
      </dd>
      <dt>Saving</dt>
      <dd>{finding.saving_usd === null ? <Saving /> : `${usd(finding.saving_usd)} a month`}</dd>
      <dt>Found</dt>
      <dd>
        first <When at={finding.first_seen} />, last <When at={finding.last_seen} />
      </dd>
    </dl>
  );
}

function Saving() {
  return <span className="hm-muted">not known</span>;
}

function Evidence({ evidence }: { evidence: Record<string, unknown> }) {
  const entries = Object.entries(evidence);
  if (entries.length === 0) return <p className="hm-muted">The rule gave no more than its reason.</p>;
  return (
    <dl className={classes.facts}>
      {entries.map(([name, value]) => (
        <Entry key={name} name={name} value={value} />
      ))}
    </dl>
  );
}

function Entry({ name, value }: { name: string; value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <>
      <dt>{name}</dt>
      <dd>{value === null ? <span className="hm-muted">none</span> : <code>{text}</code>}</dd>
    </>
  );
}

function History({ finding }: { finding: FindingDetail }) {
  return (
    <ol className={classes.history}>
      {finding.history.map((event) => (
        <li key={`${event.at} ${event.kind}`}>
          <strong>{event.kind.replaceAll('_', ' ')}</strong> <When at={event.at} />{' '}
          <span className="hm-muted">
            by {event.actor}
            {event.note ? `: ${event.note}` : ''}
            {event.until ? (
              <>
                , until <When at={event.until} exact />
              </>
            ) : null}
          </span>
        </li>
      ))}
    </ol>
  );
}
