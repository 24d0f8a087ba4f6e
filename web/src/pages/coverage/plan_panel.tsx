import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { coveragePlanQuery } from '@/api/sweep';
import type { CoveragePlan, PlannedService, PlannedType } from '@/api/types';
import { type Choosable, useShown } from '@/components/column_choice';
import { Icon } from '@/components/icons';
import { Panel } from '@/components/panel';
import { useScope } from '@/components/scope';
import { ErrorState, Skeleton } from '@/components/states';
import { TableBox } from '@/components/table_box';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { count, percent, plural, smallUsd } from '@/lib/format';
import { every, lag, perSecond } from './plan';
import classes from './plan.module.css';

const kName = 'coverage.plan'; // of the table, by which the choice of its columns is kept

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

// Rows of two kinds share the columns: a service, and the types that it was opened to.
interface PlanColumn extends Choosable {
  number?: boolean;
  whole?: 'turns' | 'calls'; // what one row says of all of these columns at once
  service: (service: PlannedService, plan: CoveragePlan) => ReactNode;
  type: (type: PlannedType, plan: CoveragePlan) => ReactNode;
}

const ofTurns = (cell: (turns: TurnsOf, plan: CoveragePlan) => ReactNode) => ({
  whole: 'turns' as const,
  service: cell,
  type: cell,
});
const ofCalls = (cell: (service: PlannedService) => ReactNode) => ({
  whole: 'calls' as const,
  number: true,
  service: cell,
  type: () => null,
});

// The first, which names the row, is written by the row itself.
const columns: readonly PlanColumn[] = [
  { key: 'service', title: 'Service', service: () => null, type: () => null },
  {
    key: 'every',
    title: 'Asked every',
    service: ({ types }) => intervals(types),
    type: (type) => <Every type={type} />,
  },
  { key: 'oldest', title: 'Oldest answer', ...ofTurns((turns) => <Oldest turns={turns} />) },
  {
    key: 'due',
    title: 'Next due',
    ...ofTurns((turns, { collects }) =>
      collects ? <NextDue turns={turns} /> : <UnknownMark reasons={notCollecting} />,
    ),
  },
  { key: 'overdue', title: 'Overdue', ...ofTurns((turns) => <Overdue turns={turns} />) },
  {
    key: 'throttled',
    title: 'Throttled',
    ...ofTurns(({ throttled, places }) =>
      throttled === 0 ? 'none' : `${count(throttled)} of ${count(places)}`,
    ),
  },
  { key: 'calls_24h', title: 'Calls, 24 h', ...ofCalls((service) => counted(service.calls_24h, count)) },
  { key: 'calls', title: 'Calls, month', ...ofCalls((service) => counted(service.calls, count)) },
  { key: 'cost', title: 'Cost, month', ...ofCalls((service) => counted(service.cost_usd, smallUsd)) },
  {
    key: 'limit',
    title: 'Our limit',
    service: (_, plan) => (
      <span className="hm-muted">{plan.rate_share === null ? 'none' : 'by call, see its types'}</span>
    ),
    type: (type, plan) => <Limit type={type} plan={plan} />,
  },
];

function counted<Value extends number | string>(value: Value | null, format: (value: Value) => string) {
  return value === null ? <UnknownMark reasons={notCounted} /> : format(value);
}

function Table({ plan }: { plan: CoveragePlan }) {
  const [open, setOpen] = useState<string>();
  const shown = useShown(kName, columns);
  return (
    <TableBox name={kName} columns={columns}>
      <table className={classes.table} aria-label="Refresh plan">
        <thead>
          <tr>
            {shown.map((column) => (
              <th key={column.key} scope="col" data-number={column.number || undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        {plan.services.map((service) => (
          <ServiceRows
            key={service.service}
            plan={plan}
            shown={shown}
            service={service}
            open={open === service.service}
            onToggle={() => setOpen(open === service.service ? undefined : service.service)}
          />
        ))}
      </table>
    </TableBox>
  );
}

interface RowsProps {
  plan: CoveragePlan;
  shown: readonly PlanColumn[];
  service: PlannedService;
  open: boolean;
  onToggle: () => void;
}

function ServiceRows({ plan, shown, service, open, onToggle }: RowsProps) {
  const { types } = service;
  const whole = types.length === 0 ? { group: 'turns', says: 'Not listed: called for other reasons' } : null;
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
        <Cells shown={shown} whole={whole} cell={(column) => column.service(service, plan)} />
      </tr>
      {open
        ? types.map((type) => (
            <tr key={type.type} className={classes.type}>
              <th scope="row" data-label="Type">
                {type.type_title}
              </th>
              <Cells
                shown={shown}
                whole={{ group: 'calls', says: 'counted by service' }}
                cell={(column) => column.type(type, plan)}
              />
            </tr>
          ))
        : null}
    </tbody>
  );
}

interface CellsProps {
  shown: readonly PlanColumn[];
  whole: { group: string; says: string } | null;
  cell: (column: PlanColumn) => ReactNode;
}

// All but the first column.
function Cells({ shown, whole, cell }: CellsProps) {
  const together = shown.filter((column) => whole !== null && column.whole === whole.group);
  return shown.slice(1).map((column) => {
    if (whole === null || column.whole !== whole.group)
      return (
        <td key={column.key} data-label={column.title} data-number={column.number || undefined}>
          {cell(column)}
        </td>
      );
    if (column !== together[0]) return null;
    return (
      <td
        key={column.key}
        colSpan={together.length}
        className="hm-muted"
        data-number={column.number || undefined}
      >
        {whole.says}
      </td>
    );
  });
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

function Oldest({ turns }: { turns: TurnsOf }) {
  if (turns.places === 0) return <span className="hm-muted">not asked</span>;
  return <When at={turns.last_ok} never="never" />;
}

function Overdue({ turns }: { turns: TurnsOf }) {
  if (turns.overdue === null || turns.lag_seconds === null) return <UnknownMark reasons={notCollecting} />;
  return (
    <span data-late={turns.lag_seconds > 0 || undefined} className={classes.late}>
      {turns.overdue === 0 ? 'none' : `${count(turns.overdue)}, by ${lag(turns.lag_seconds)}`}
    </span>
  );
}

function NextDue({ turns }: { turns: TurnsOf }) {
  if (turns.next_due) return <When at={turns.next_due} />;
  return <span className="hm-muted">{turns.running ? 'under way' : 'not planned'}</span>;
}

function Every({ type }: { type: PlannedType }) {
  const slow = type.details.filter((each) => each.refresh_seconds > type.refresh_seconds);
  return (
    <>
      {every(type.refresh_seconds)}
      {slow.map((each) => (
        <span key={each.call} className={classes.sub}>
          {each.call} every {every(each.refresh_seconds)}
        </span>
      ))}
    </>
  );
}

function Limit({ type, plan }: { type: PlannedType; plan: CoveragePlan }) {
  if (plan.rate_share === null) return <span className="hm-muted">none</span>;
  return (
    <>
      {perSecond(type.rate.per_second)}, bursts of {count(Math.floor(type.rate.burst))}
      <span className={classes.sub}>
        {type.rate.call}
        {type.rate.published ? '' : ': AWS publishes no rate, so ours is a guess'}
      </span>
    </>
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
