import { lazy, Suspense } from 'react';
import type { LineChartProps } from '@/components/chart/line_chart';
import classes from '@/components/chart/chart.module.css';

const Chart = lazy(async () => ({ default: (await import('@/components/chart/line_chart')).LineChart }));

// Keeps the chart's place while the library is loaded.
export function LazyChart(props: LineChartProps) {
  return (
    <Suspense fallback={<div className={classes.waiting} aria-busy="true" />}>
      <Chart {...props} />
    </Suspense>
  );
}
