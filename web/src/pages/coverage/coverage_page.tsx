import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { typesQuery } from '@/api/resource';
import { coverageQuery, kMostSweeps, sweepsQuery } from '@/api/sweep';
import type { Coverage, Sweep } from '@/api/types';
import { OutcomeShape } from '@/components/outcome';
import { CoverageBar } from '@/components/coverage_bar';
import { Old, Page, Panel } from '@/components/panel';
import { ScanButton, ScanProgress } from '@/components/scan_progress';
import { useScope } from '@/components/scope';
import { ErrorState, Skeleton } from '@/components/states';
import { When } from '@/components/when';
import { count, percent } from '@/lib/format';
import { kOutcomes, outcomeWords } from '@/lib/outcomes';
import { EventsPanel } from './events_panel';
import { GapsPanel } from './gaps_panel';
import { matrixOf } from './matrix';
import { MatrixPanel } from './matrix_panel';
import { NotAskedPanel } from './not_asked_panel';
import { PermissionsPanel } from './permissions_panel';
import { PlacesPanel } from './places_panel';
import { PlanPanel } from './plan_panel';
import { SweepDialog } from './sweep_dialog';
import { UnknownPanel } from './unknown_panel';
import classes from './coverage.module.css';

export function CoveragePage() {
  const scope = useScope();
  const { data: coverage, error, refetch, isPlaceholderData } = useQuery(coverageQuery(scope));
  return (
    <Page
      title="Coverage"
      busy={isPlaceholderData}
      note={coverage ? <Note coverage={coverage} /> : '\u00a0'}
      actions={<ScanButton />}
    >
      <ScanProgress />
      {error && !coverage ? (
        <ErrorState error={error} what="Coverage" onRetry={() => void refetch()} />
      ) : null}
      {!coverage && !error ? <Skeleton lines={4} height={120} /> : null}
      {coverage ? (
        <Old old={isPlaceholderData}>
          <Content coverage={coverage} />
        </Old>
      ) : null}
    </Page>
  );
}

function Note({ coverage }: { coverage: Coverage }) {
  const { counts } = coverage;
  return (
    <>
      {counts.total === 0
        ? 'Nothing has been asked yet'
        : `${percent(counts.ok, counts.total)} of ${count(counts.total)} sweeps were answered in full`}
      , oldest <When at={coverage.as_of} never="never" />
    </>
  );
}

function Content({ coverage }: { coverage: Coverage }) {
  const scope = useScope();
  const { outcome } = useSearch({ strict: false }) as { outcome?: string };
  const { data: sweeps, error, refetch, isPlaceholderData } = useQuery(sweepsQuery(scope));
  const { data: types } = useQuery(typesQuery);
  const [open, setOpen] = useState<Sweep>();
  const phone = useMediaQuery('(max-width: 760px)') ?? false;
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const matrix = useMemo(
    () => matrixOf(sweeps?.items ?? [], types?.items ?? [], (service) => unfolded.has(service)),
    [sweeps, types, unfolded],
  );
  const fold = (service: string) => {
    const next = new Set(unfolded);
    if (!next.delete(service)) next.add(service);
    setUnfolded(next);
  };
  const partial =
    sweeps && sweeps.items.length < sweeps.total
      ? `Only ${count(kMostSweeps)} of ${count(sweeps.total)} sweeps are drawn: narrow the scope`
      : undefined;
  return (
    <>
      <Outcomes coverage={coverage} chosen={outcome} />
      <PermissionsPanel
        missing={coverage.missing_permissions}
        accountNames={new Map(coverage.accounts.map((each) => [each.account_id, each.account_name]))}
      />
      <UnknownPanel fields={coverage.unknown_fields} />
      <EventsPanel />
      {error && !sweeps ? (
        <ErrorState error={error} what="The sweeps" onRetry={() => void refetch()} />
      ) : null}
      {!sweeps && !error ? <Skeleton lines={1} height={480} /> : null}
      {sweeps && phone ? <PlacesPanel coverage={coverage} /> : null}
      {sweeps && !phone && matrix.rows.length > 0 ? (
        <Old old={isPlaceholderData}>
          <MatrixPanel matrix={matrix} only={outcome} note={partial} onOpen={setOpen} onFold={fold} />
        </Old>
      ) : null}
      {outcome === 'pending' ? null : <GapsPanel only={outcome} onOpen={setOpen} />}
      <PlanPanel />
      <NotAskedPanel services={coverage.not_asked} />
      <SweepDialog sweep={open} onClose={() => setOpen(undefined)} />
    </>
  );
}

// The legend of the page, and its filter.
function Outcomes({ coverage, chosen }: { coverage: Coverage; chosen: string | undefined }) {
  const navigate = useNavigate();
  const { counts } = coverage;
  const choose = (outcome: string) =>
    void navigate({
      to: '.',
      search: (before: Record<string, unknown>) => ({
        ...before,
        outcome: chosen === outcome ? undefined : outcome,
      }),
    });
  return (
    <Panel title="Outcomes" note="A sweep asks for one type in one account and region">
      <CoverageBar counts={counts} legend={false} />
      <div className={classes.outcomes} role="group" aria-label="Show only">
        {kOutcomes.map((outcome) => (
          <button
            key={outcome}
            type="button"
            className={classes.outcome}
            aria-pressed={chosen === outcome}
            title={outcomeWords[outcome].meaning}
            onClick={() => choose(outcome)}
          >
            <OutcomeShape outcome={outcome} />
            {outcomeWords[outcome].title}
            <span className="hm-num">{count(counts[outcome])}</span>
          </button>
        ))}
      </div>
    </Panel>
  );
}
