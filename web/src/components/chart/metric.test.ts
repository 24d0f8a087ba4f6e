import { describe, expect, it } from 'vitest';
import type { Series } from '@/api/types';
import {
  gapWords,
  gridOf,
  metricValue,
  stepWords,
  summaryOf,
  unitOf,
  wholesOf,
} from '@/components/chart/metric';

const series = (change: Partial<Series>): Series => ({
  namespace: 'AWS/EC2',
  name: 'CPUUtilization',
  statistic: 'Average',
  part: null,
  parts: null,
  continuous: true,
  period_seconds: 300,
  step_seconds: 300,
  outcome: 'ok',
  code: null,
  reason: null,
  read_from: null,
  read_to: null,
  looked_at: null,
  due_at: null,
  points: [],
  gaps: [],
  ...change,
});

describe('units', () => {
  it('are those of CloudWatch’s names', () => {
    expect(unitOf('CPUUtilization')).toBe('percent');
    expect(unitOf('NetworkIn')).toBe('bytes');
    expect(unitOf('CPUCreditBalance')).toBe('count');
    expect(unitOf('TargetResponseTime')).toBe('seconds');
    expect(unitOf('Duration')).toBe('milliseconds');
    expect(unitOf('NumberOfObjects')).toBe('count');
    expect(unitOf('BucketSizeBytes')).toBe('bytes');
  });
  it('are written short', () => {
    expect(metricValue(12.3456, 'percent')).toBe('12.3 %');
    expect(metricValue(1_234_000, 'bytes')).toBe('1.23 MB');
    expect(metricValue(0, 'bytes')).toBe('0 B');
    expect(metricValue(0.0123, 'seconds')).toBe('12.3 ms');
    expect(metricValue(123_456, 'count')).toBe('123K');
    expect(metricValue(9000, 'count')).toBe('9,000');
    expect(stepWords(300)).toBe('5 minutes');
    expect(stepWords(3600)).toBe('an hour');
    expect(stepWords(86_400)).toBe('a day');
  });
});

describe('the grid', () => {
  const at = Date.parse('2026-11-23T12:00:00Z') / 1000;
  it('holds null where there is no value', () => {
    const grid = gridOf(
      series({
        points: [
          [at, 1],
          [at + 900, 2],
        ],
        gaps: [
          { from: '2026-11-23T12:05:00Z', to: '2026-11-23T12:15:00Z', reason: 'no_data' },
          { from: '2026-11-23T12:20:00Z', to: '2026-11-23T12:30:00Z', reason: 'not_read' },
        ],
      }),
    );
    expect(grid.times).toHaveLength(6);
    expect(grid.values).toEqual([1, null, null, 2, null, null]);
  });
  it('of nothing is empty', () => {
    expect(gridOf(series({}))).toEqual({ times: [], values: [] });
    expect(summaryOf(series({}))).toEqual({});
  });
});

describe('parts', () => {
  const size = { namespace: 'AWS/S3', name: 'BucketSizeBytes' };
  it('stand under their sum', () => {
    const items = [
      series({ ...size, name: 'NumberOfObjects' }),
      series({ ...size, parts: 2 }),
      series({ ...size, part: 'GlacierStorage' }),
      series({ ...size, part: 'StandardStorage' }),
    ];
    const wholes = wholesOf(items);
    expect(wholes.map((whole) => whole.series.name)).toEqual(['NumberOfObjects', 'BucketSizeBytes']);
    expect(wholes[1]?.parts.map((part) => part.part)).toEqual(['GlacierStorage', 'StandardStorage']);
  });
  it('stand for themselves where nothing is their sum', () => {
    expect(wholesOf([series({ ...size, part: 'GlacierStorage' })])[0]?.series.part).toBe('GlacierStorage');
  });
});

describe('gaps', () => {
  it('say why', () => {
    expect(gapWords('no_data', series({}))).toContain('CloudWatch has no values');
    expect(gapWords('no_data', series({ continuous: false }))).toContain('has never told anything');
    expect(gapWords('not_read', series({ outcome: 'budget' }))).toContain('may be spent');
    expect(gapWords('not_read', series({ outcome: 'denied' }))).toContain('refused');
  });
});
