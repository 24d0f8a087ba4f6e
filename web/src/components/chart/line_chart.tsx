// A line over time on uPlot. Loaded when the first chart is drawn: see lazy_chart.tsx.
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Zone } from '@/lib/time';
import classes from '@/components/chart/chart.module.css';

export interface ChartGap {
  from: number; // seconds
  to: number;
  known: boolean; // there was nothing; else nobody knows
}

export interface LineChartProps {
  label: string; // what it shows, in words: a canvas says nothing
  times: readonly number[];
  values: readonly (number | null)[];
  gaps: readonly ChartGap[];
  format: (value: number) => string;
  zone: Zone;
  area: boolean;
  most?: number; // the top of the axis, where there is one: 100 %
  sync: string; // charts of one name share their cursor
}

const kHeight = 132;

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

// What nobody knows is hatched, what was not there is plain.
function drawGaps(plot: uPlot, gaps: readonly ChartGap[]) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const gap of gaps) {
    const left = plot.valToPos(gap.from, 'x', true);
    const right = plot.valToPos(gap.to, 'x', true);
    if (gap.known) {
      ctx.fillStyle = token('--hm-sunken');
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      continue;
    }
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top, right - left, bbox.height);
    ctx.clip();
    ctx.strokeStyle = token('--hm-hatch');
    ctx.lineWidth = 2 * uPlot.pxRatio;
    ctx.beginPath();
    const stride = 7 * uPlot.pxRatio;
    for (let at = left - bbox.height; at < right; at += stride) {
      ctx.moveTo(at, bbox.top + bbox.height);
      ctx.lineTo(at + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}

// One line of words: the hour within two days, else the day.
function timeWords(zone: Zone, times: readonly number[]): (ticks: number[]) => string[] {
  const span = (times.at(-1) ?? 0) - (times[0] ?? 0);
  const words = new Intl.DateTimeFormat(undefined, {
    ...(span <= 2 * 86_400 ? { hour: '2-digit', minute: '2-digit' } : { day: 'numeric', month: 'short' }),
    ...(zone === 'utc' ? { timeZone: 'UTC' } : {}),
    hourCycle: 'h23',
  });
  return (ticks) => ticks.map((tick) => words.format(new Date(tick * 1000)));
}

function optionsOf(props: LineChartProps, width: number): uPlot.Options {
  const axis = {
    stroke: token('--hm-muted'),
    font: '11px "Inter Variable", system-ui, sans-serif',
    grid: { stroke: token('--hm-line'), width: 1 },
    ticks: { show: false },
  };
  const color = token('--hm-chart-1');
  const words = timeWords(props.zone, props.times);
  return {
    width,
    height: kHeight,
    legend: { show: false },
    cursor: { sync: { key: props.sync }, y: false, drag: { x: false, y: false }, points: { size: 6 } },
    tzDate: (at) =>
      props.zone === 'utc' ? uPlot.tzDate(new Date(at * 1000), 'Etc/UTC') : new Date(at * 1000),
    scales: {
      x: { time: true },
      y: {
        range: (_plot, low, high) => {
          const top = props.most ?? (high > 0 ? high * 1.08 : 1);
          return [low < 0 ? low * 1.08 : 0, top];
        },
      },
    },
    axes: [
      { ...axis, space: 72, size: 24, gap: 4, values: (_plot, ticks) => words(ticks) },
      {
        ...axis,
        size: 62,
        space: 34,
        gap: 6,
        values: (_plot, ticks) => ticks.map((tick) => props.format(tick)),
      },
    ],
    series: [
      {},
      {
        stroke: color,
        width: 1.5,
        ...(props.area ? { fill: `color-mix(in srgb, ${color} 14%, transparent)` } : {}),
        spanGaps: false,
        points: { show: (_plot, _series, first, last) => last - first < 2, size: 4, fill: color },
      },
    ],
    hooks: { drawClear: [(plot) => drawGaps(plot, props.gaps)] },
  };
}

export function LineChart(props: LineChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const readout = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let plot: uPlot | undefined;
    const draw = () => {
      plot?.destroy();
      const options = optionsOf(props, element.clientWidth);
      const hooks = options.hooks ?? {};
      hooks.setCursor = [(each) => tell(readout.current, each, props)];
      plot = new uPlot(options, [[...props.times], [...props.values]], element);
    };
    draw();
    const resized = new ResizeObserver(() => plot?.setSize({ width: element.clientWidth, height: kHeight }));
    resized.observe(element);
    const themed = new MutationObserver(draw);
    themed.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] });
    return () => {
      resized.disconnect();
      themed.disconnect();
      plot?.destroy();
    };
  }, [props]);
  return (
    <div className={classes.chart}>
      <div ref={box} role="img" aria-label={props.label} className={classes.canvas} />
      <div ref={readout} className={classes.readout} aria-hidden="true" />
    </div>
  );
}

// What stands under the pointer.
function tell(element: HTMLElement | null, plot: uPlot, props: LineChartProps) {
  if (!element) return;
  const index = plot.cursor.idx;
  const at = index === null || index === undefined ? undefined : props.times[index];
  if (at === undefined) {
    element.textContent = '';
    return;
  }
  const value = props.values[index as number];
  const time = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'medium',
    timeStyle: 'short',
    ...(props.zone === 'utc' ? { timeZone: 'UTC' } : {}),
  }).format(new Date(at * 1000));
  element.textContent = `${time}: ${value === null || value === undefined ? 'no value' : props.format(value)}`;
}
