import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { coveragePlanQuery } from '@/api/sweep';
import type { CoveragePlan, PlannedService, PlannedType } from '@/api/types';
import { Icon } from '@/components/icons';
import { Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, percent, plural, smallUsd } from '@/lib/format';
import { every, lag, perSecond } from './plan';
import classes from './plan.module.css';

const notCollecting = [
  {
    what: 'The turns',
    reason: 'the process that answers does not collect: the one that does knows',
    code: 'other_process',
    since: null,
  },
];
const notCounted = [
  { what: 'The calls', reason: 'none have been counted yet', code: 'not_counted', since: null },
];

function Note({ plan }: { plan: CoveragePlan }) {
  return (
    <>
      {plan.rate_share === null
        ? 'No limit of ours on the rate of calls'
        : `At most ${percent(plan.rate_share, 1)} of the rates that AWS publishes, in each account and region`}
      ; calls as of <When at={plan.calls_as_of} never="no time yet" />
    </>
  );
}

export function PlanPanel() {
  const { data, error, refetch } = useQuery(coveragePlanQuery(useScope()));
  return (
    <Panel title="Refresh plan" note={data ? <Note plan={data} /> : undefined} flush>
      {error && !data ? <ErrorState error={error} what="The plan" onRetry={() => void refetch()} /> : null}
      {!data && !error ? <Skeleton lines={4} height={32} /> : null}
      {data ? <Table plan={data} /> : null}
      {data ? <Accounts plan={data} /> : null}
    </Panel>
  );
}

function Table({ plan }: { plan: CoveragePlan }) {
  const [open, setOpen] = useState<string>();
  return (
    <div className={classes.frame}>
      <table className={classes.table} aria-label="Refresh plan">
        <thead>
          <tr>
            <th scope="col">Service</th>
            <th scope="col">Asked every</th>
            <th scope="col">Oldest answer</th>
            <th scope="col">Next due</th>
            <th scope="col">Overdue</th>
            <th scope="col">Throttled</th>
            <th scope="col" data-number>
              Calls, 24 h
            </th>
            <th scope="col" data-number>
              Calls, month
            </th>
            <th scope="col" data-number>
              Cost, month
            </th>
            <th scope="col">Our limit</th>
          </tr>
        </thead>
        {plan.services.map((service) => (
          <ServiceRows
            key={service.service}
            plan={plan}
            service={service}
            open={open === service.service}
            onToggle={() => setOpen(open === service.service ? undefined : service.service)}
          />
        ))}
      </table>
    </div>
  );
}

interface RowsProps {
  plan: CoveragePlan;
  service: PlannedService;
  open: boolean;
  onToggle: () => void;
}

function ServiceRows({ plan, service, open, onToggle }: RowsProps) {
  const { types } = service;
  return (
    <tbody>
      <tr>
        <th scope="row" data-label="Service">
          {types.length > 0 ? (
            <button type="button" className={classes.fold} aria-expanded={open} onClick={onToggle}>
              <Icon name={open ? 'down' : 'right'} size={12} />
              {service.service}
              <span className="hm-muted">{plural(types.length, 'type')}</span>
            </button>
          ) : (
            <span className={classes.plain}>{service.service}</span>
          )}
        </th>
        <td data-label="Asked every">{intervals(types)}</td>
        <Turns turns={service} collects={plan.collects} none={types.length === 0} />
        <Taken value={service.calls_24h} label="Calls, 24 h" />
        <Taken value={service.calls} label="Calls, month" />
        <td data-label="Cost, month" data-number>
          {service.cost_usd === null ? <UnknownMark reasons={notCounted} /> : smallUsd(service.cost_usd)}
        </td>
        <td data-label="Our limit" className="hm-muted">
          {plan.rate_share === null ? 'none' : 'by call, see its types'}
        </td>
      </tr>
      {open ? types.map((type) => <TypeRow key={type.type} type={type} plan={plan} />) : null}
    </tbody>
  );
}

function intervals(types: readonly PlannedType[]): string {
  const all = [...new Set(types.map((type) => type.refresh_seconds))].toSorted((a, b) => a - b);
  const [first] = all;
  const last = all.at(-1);
  if (first === undefined || last === undefined) return '';
  return first === last ? every(first) : `${every(first)} to ${every(last)}`;
}

type TurnsOf = Pick<
  PlannedType,
  'places' | 'last_ok' | 'next_due' | 'overdue' | 'lag_seconds' | 'running' | 'throttled'
>;

function Turns({ turns, collects, none }: { turns: TurnsOf; collects: boolean; none: boolean }) {
  if (none) {
    return (
      <td colSpan={4} className="hm-muted">
        Not listed: called for other reasons
      </td>
    );
  }
  return (
    <>
      <td data-label="Oldest answer">
        {turns.places === 0 ? (
          <span className="hm-muted">not asked</span>
        ) : (
          <When at={turns.last_ok} never="never" />
        )}
      </td>
      <td data-label="Next due">
        {collects ? <NextDue turns={turns} /> : <UnknownMark reasons={notCollecting} />}
      </td>
      <td data-label="Overdue">
        {turns.overdue === null || turns.lag_seconds === null ? (
          <UnknownMark reasons={notCollecting} />
        ) : (
          <span data-late={turns.lag_seconds > 0 || undefined} className={classes.late}>
            {turns.overdue === 0 ? 'none' : `${count(turns.overdue)}, by ${lag(turns.lag_seconds)}`}
          </span>
        )}
      </td>
      <td data-label="Throttled">
        {turns.throttled === 0 ? 'none' : `${count(turns.throttled)} of ${count(turns.places)}`}
      </td>
    </>
  );
}

function NextDue({ turns }: { turns: TurnsOf }) {
  if (turns.next_due) return <When at={turns.next_due} />;
  return <span className="hm-muted">{turns.running ? 'under way' : 'not planned'}</span>;
}

function Taken({ value, label }: { value: number | null; label: string }) {
  return (
    <td data-label={label} data-number>
      {value === null ? <UnknownMark reasons={notCounted} /> : count(value)}
    </td>
  );
}

function TypeRow({ type, plan }: { type: PlannedType; plan: CoveragePlan }) {
  const slow = type.details.filter((each) => each.refresh_seconds > type.refresh_seconds);
  return (
    <tr className={classes.type}>
      <th scope="row" data-label="Type">
        {type.type_title}
      </th>
      <td data-label="Asked every">
        {every(type.refresh_seconds)}
        {slow.map((each) => (
          <span key={each.call} className={classes.sub}>
            {each.call} every {every(each.refresh_seconds)}
          </span>
        ))}
      </td>
      <Turns turns={type} collects={plan.collects} none={false} />
      <td colSpan={3} className="hm-muted" data-number>
        counted by service
      </td>
      <td data-label="Our limit">
        {plan.rate_share === null ? (
          <span className="hm-muted">none</span>
        ) : (
          <>
            {perSecond(type.rate.per_second)}, bursts of {count(Math.floor(type.rate.burst))}
            <span className={classes.sub}>
              {type.rate.call}
              {type.rate.published ? '' : ': AWS publishes no rate, so ours is a guess'}
            </span>
          </>
        )}
      </td>
    </tr>
  );
}

function Accounts({ plan }: { plan: CoveragePlan }) {
  if (plan.accounts.length === 0) return null;
  return (
    <details className={classes.accounts}>
      <summary>Calls by account and service</summary>
      {plan.accounts.map((account) => (
        <div key={account.account_id} className={classes.account}>
          <h3>{account.account_name}</h3>
          <ul>
            {account.services.map((service) => (
              <li key={service.service}>
                <span>{service.service}</span>
                <span className="hm-muted hm-num">
                  {service.calls_24h === null ? '' : `${count(service.calls_24h)} in 24 h, `}
                  {count(service.calls)} this month, {smallUsd(service.cost_usd)}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </details>
  );
}
