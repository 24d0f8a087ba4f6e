// Metrics as people read them. CloudWatch's names say what is measured; the catalog has no units.
import type { Series } from '@/api/types';

export type MetricUnit = 'percent' | 'bytes' | 'seconds' | 'milliseconds' | 'count';

const kPercent = /Utilization|Percent|BurstBalance|ErrorRate|MemoryPressure|SuccessPercentage/;
const kBytes = /Bytes|FreeStorageSpace|FreeableMemory|SwapUsage|StorageUsed|^Network(In|Out)$|^TunnelData/;

export function unitOf(name: string): MetricUnit {
  if (kPercent.test(name)) return 'percent';
  if (kBytes.test(name)) return 'bytes';
  if (name === 'TargetResponseTime' || /^(Read|Write)Latency$/.test(name)) return 'seconds';
  if (name === 'Duration' || name === 'Latency' || name === 'ExecutionTime') return 'milliseconds';
  return 'count';
}

const kSteps = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const three = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const compact = new Intl.NumberFormat(undefined, { notation: 'compact', maximumSignificantDigits: 3 });

export function metricValue(value: number, unit: MetricUnit): string {
  if (unit === 'percent') return `${three.format(value)} %`;
  if (unit === 'seconds') return value < 1 ? `${three.format(value * 1000)} ms` : `${three.format(value)} s`;
  if (unit === 'milliseconds')
    return value < 1000 ? `${three.format(value)} ms` : `${three.format(value / 1000)} s`;
  if (unit === 'count') return Math.abs(value) < 10_000 ? three.format(value) : compact.format(value);
  let size = value;
  let step = 0;
  while (Math.abs(size) >= 1000 && step < kSteps.length - 1) {
    size /= 1000;
    step += 1;
  }
  return `${three.format(size)} ${kSteps[step]}`;
}

// "a step": what a value stands for.
export function stepWords(seconds: number): string {
  if (seconds % 86_400 === 0) return seconds === 86_400 ? 'a day' : `${seconds / 86_400} days`;
  if (seconds % 3600 === 0) return seconds === 3600 ? 'an hour' : `${seconds / 3600} hours`;
  return `${seconds / 60} minutes`;
}

const kOutcomes: Record<Series['outcome'], string> = {
  ok: 'not read yet',
  pending: 'not read yet: it is waiting for its first turn',
  budget: 'not read: what may be spent on metrics this month is used up',
  denied: 'not read: AWS has refused',
  throttled: 'not read: AWS was asked too often',
  failed: 'not read: the request failed',
  off: 'not read: metrics are switched off for this account',
};

export const outcomeWords = (series: Series) => kOutcomes[series.outcome];

type Reason = Series['gaps'][number]['reason'];

export function gapWords(reason: Reason, series: Series): string {
  // Where events are counted, silence is zero unless there has never been a point.
  if (reason === 'no_data' && !series.continuous) return 'CloudWatch has never told anything of it';
  if (reason === 'no_data') return 'CloudWatch has no values: it did not run, or did not tell';
  if (reason === 'no_events') return 'nothing happened';
  return outcomeWords(series);
}

export interface Grid {
  times: number[]; // seconds
  values: (number | null)[];
}

// One entry a step over the whole range, null where there is no value: so a gap is a gap.
export function gridOf(series: Series): Grid {
  const step = series.step_seconds;
  const ends = [
    ...series.points.map(([at]) => at ?? 0),
    ...series.gaps.flatMap((gap) => [Date.parse(gap.from) / 1000, Date.parse(gap.to) / 1000 - step]),
  ];
  if (ends.length === 0) return { times: [], values: [] };
  const begin = Math.min(...ends);
  const count = Math.round((Math.max(...ends) - begin) / step) + 1;
  const times = Array.from({ length: count }, (_, index) => begin + index * step);
  const values: (number | null)[] = times.map(() => null);
  for (const [at, value] of series.points) {
    if (at !== undefined && value !== undefined) values[Math.round((at - begin) / step)] = value;
  }
  return { times, values };
}

export interface Whole {
  series: Series;
  parts: Series[]; // of which it is the sum
}

const sameMetric = (a: Series, b: Series) =>
  a.namespace === b.namespace && a.name === b.name && a.statistic === b.statistic;

// What CloudWatch keeps in parts is shown as their sum, with the parts under it; a part without a sum, which the
// catalog names no more, stands for itself.
export function wholesOf(items: Series[]): Whole[] {
  const sums = items.filter((one) => one.parts !== null);
  return items
    .filter((one) => one.part === null || !sums.some((sum) => sameMetric(sum, one)))
    .map((series) => ({
      series,
      parts: series.parts === null ? [] : items.filter((one) => one.part !== null && sameMetric(one, series)),
    }));
}

export interface MetricSummary {
  last?: { at: number; value: number };
  lowest?: number;
  highest?: number;
}

export function summaryOf(series: Series): MetricSummary {
  const values = series.points.map(([, value]) => value ?? 0);
  const last = series.points.at(-1);
  if (values.length === 0 || !last) return {};
  return {
    last: { at: last[0] ?? 0, value: last[1] ?? 0 },
    lowest: Math.min(...values),
    highest: Math.max(...values),
  };
}
