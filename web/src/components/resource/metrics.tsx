import { useQuery } from '@tanstack/react-query';
import { useId, useMemo, useState } from 'react';
import { seriesQuery } from '@/api/series';
import type { Series } from '@/api/types';
import { LazyChart } from '@/components/chart/lazy_chart';
import { Old } from '@/components/panel';
import { EmptyState, ErrorState, Skeleton } from '@/components/states';
import { UnknownMark } from '@/components/unknown';
import { When } from '@/components/when';
import { plural, sentence } from '@/lib/format';
import {
  gapWords,
  gridOf,
  metricValue,
  outcomeWords,
  stepWords,
  summaryOf,
  unitOf,
  wholesOf,
} from '@/components/chart/metric';
import { usePrefs } from '@/lib/prefs';
import { absolute } from '@/lib/time';
import classes from '@/components/resource/metrics.module.css';

const ranges = [
  { title: '3 h', seconds: 3 * 3600 },
  { title: '24 h', seconds: 86_400 },
  { title: '7 d', seconds: 7 * 86_400 },
  { title: '14 d', seconds: 14 * 86_400 },
  { title: '3 m', seconds: 91 * 86_400 },
  { title: '13 m', seconds: 395 * 86_400 },
] as const;

// What CloudWatch has measured of a resource, and where nobody knows.
export function Metrics({ id }: { id: string }) {
  const [seconds, setSeconds] = useState<number>(86_400);
  const { data, error, refetch, isPlaceholderData } = useQuery(seriesQuery(id, seconds));
  if (error && !data) return <ErrorState error={error} what="The metrics" onRetry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} height={150} />;
  if (data.items.length === 0) {
    return data.declared === 0 ? (
      <EmptyState title="No metrics">HostMaster reads none of this type from CloudWatch.</EmptyState>
    ) : (
      <EmptyState title="Not read yet">
        This type has {plural(data.declared, 'metric')}; they are read soon after the resource was first seen.
      </EmptyState>
    );
  }
  return (
    <>
      <fieldset className={classes.ranges}>
        <legend className="hm-sr">Time range</legend>
        {ranges.map((range) => (
          <button
            key={range.seconds}
            type="button"
            aria-pressed={range.seconds === seconds}
            onClick={() => setSeconds(range.seconds)}
          >
            {range.title}
          </button>
        ))}
      </fieldset>
      <Old old={isPlaceholderData}>
        <div className={classes.list}>
          {wholesOf(data.items).map(({ series, parts }) => (
            <Metric
              key={`${series.namespace} ${series.name} ${series.statistic} ${series.part ?? ''}`}
              series={series}
              parts={parts}
              sync={id}
            />
          ))}
        </div>
      </Old>
    </>
  );
}

function Metric({ series, parts, sync }: { series: Series; parts: Series[]; sync: string }) {
  const title = useId();
  const [table, setTable] = useState(false);
  const summary = useMemo(() => summaryOf(series), [series]);
  const unit = unitOf(series.name);
  const format = (value: number) => metricValue(value, unit);
  return (
    <section className={classes.metric} aria-labelledby={title}>
      <header className={classes.head}>
        <h3 id={title} className={classes.name}>
          {series.name}
          {series.part ? ` (${series.part})` : null}
        </h3>
        <span className={classes.statistic}>
          {series.parts === null ? null : `Sum of ${plural(series.parts, 'part')}, `}
          {series.statistic} of {stepWords(series.step_seconds)}
        </span>
        <span className={classes.last}>
          {summary.last ? (
            format(summary.last.value)
          ) : (
            <UnknownMark reasons={[{ what: series.name, reason: noValues(series), code: series.outcome }]} />
          )}
        </span>
        <button
          type="button"
          className={classes.toggle}
          aria-pressed={table}
          onClick={() => setTable(!table)}
        >
          Table<span className="hm-sr"> of {series.name}</span>
        </button>
      </header>
      {table ? <Values series={series} format={format} /> : <Drawing series={series} sync={sync} />}
      <Parts parts={parts} format={format} />
      <Footnote series={series} />
    </section>
  );
}

function Parts({ parts, format }: { parts: Series[]; format: (value: number) => string }) {
  if (parts.length === 0) return null;
  return (
    <dl className={classes.parts}>
      {parts.map((part) => {
        const { last } = summaryOf(part);
        const name = part.part ?? part.name;
        return (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="hm-num">
              {last ? (
                format(last.value)
              ) : (
                <UnknownMark reasons={[{ what: name, reason: noValues(part), code: part.outcome }]} />
              )}
              {part.due_at === null ? ' (until it ended)' : null}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

const noValues = (series: Series) =>
  series.gaps.length === 1 && series.gaps[0] ? gapWords(series.gaps[0].reason, series) : outcomeWords(series);

function Drawing({ series, sync }: { series: Series; sync: string }) {
  const { zone } = usePrefs();
  const unit = unitOf(series.name);
  const props = useMemo(() => {
    const { lowest, highest, last } = summaryOf(series);
    const words = (value: number) => metricValue(value, unit);
    const label =
      lowest === undefined || highest === undefined || !last
        ? `${series.name}: no values`
        : `${series.name}, ${series.statistic}: from ${words(lowest)} to ${words(highest)}, latest ${words(last.value)}, ` +
          plural(series.gaps.length, 'gap');
    return {
      ...gridOf(series),
      label,
      gaps: series.gaps.map((gap) => ({
        from: Date.parse(gap.from) / 1000,
        to: Date.parse(gap.to) / 1000,
        known: gap.reason !== 'not_read',
      })),
      format: words,
      zone,
      area: series.statistic === 'Sum',
      sync,
      ...(unit === 'percent' && (highest ?? 0) > 50 && (highest ?? 0) <= 100 ? { most: 100 } : {}),
    };
  }, [series, sync, unit, zone]);
  return <LazyChart {...props} />;
}

// The same for those who cannot see the chart, and for who wants the numbers.
function Values({ series, format }: { series: Series; format: (value: number) => string }) {
  const { zone } = usePrefs();
  const rows = [
    ...series.points.map(([at, value]) => ({ at: (at ?? 0) * 1000, text: format(value ?? 0) })),
    ...series.gaps.map((gap) => ({
      at: Date.parse(gap.from),
      text: `until ${absolute(new Date(gap.to), zone)}: ${gapWords(gap.reason, series)}`,
    })),
  ].toSorted((a, b) => b.at - a.at);
  return (
    // It scrolls inside itself, so it must be reachable by the keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={classes.scroll} role="region" aria-label={`Values of ${series.name}`} tabIndex={0}>
      <table className={classes.values}>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.at} ${row.text}`}>
              <td className="hm-num">{absolute(new Date(row.at), zone)}</td>
              <td className="hm-num">{row.text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Footnote({ series }: { series: Series }) {
  const absent = series.gaps.filter((gap) => gap.reason === 'no_data');
  const failed = series.outcome !== 'ok' && series.outcome !== 'pending';
  return (
    <p className={classes.note}>
      {failed ? (
        <span className={classes.why}>
          {sentence(outcomeWords(series))}
          {series.reason ? <>. {sentence(series.reason)}</> : null}.{' '}
        </span>
      ) : null}
      {series.read_to ? (
        <>
          Read to <When at={series.read_to} />
          {series.due_at ? (
            <>
              , again <When at={series.due_at} />
            </>
          ) : (
            ', not any more'
          )}
          .
        </>
      ) : (
        `Nothing is known: ${outcomeWords(series)}.`
      )}
      {absent.length > 0 ? ` ${plural(absent.length, 'time')} without values.` : null}
    </p>
  );
}
