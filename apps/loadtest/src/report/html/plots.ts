import type { Latency, LoadReport } from '@spillway/contracts';
import type { Histogram } from 'hdr-histogram-js';
import { decodeHistogram } from '../../record/histogram.ts';
import { percentileSeconds } from '../../record/latency.ts';
import type { Plot, PlotSeries } from './plot.ts';

/** The plots of a report, in the order of the page; without those that would be empty. */
export function plotsOf(report: LoadReport): Plot[] {
  const plots = [...overTime(report), distribution(report), knee(report)];
  return plots.filter((plot): plot is Plot => plot !== null && plot.x.length > 1);
}

function overTime({ seconds }: LoadReport): Plot[] {
  const x = seconds.map(({ second }) => second);
  const shared = {
    x,
    xScale: 'linear',
    xUnit: 'time',
    xLabel: 'seconds into the run',
    marks: [],
  } as const;
  return [
    {
      ...shared,
      id: 'rate',
      title: 'Requests a second',
      series: [
        { label: 'sent', colour: 'sent', unit: 'number', values: seconds.map(({ sent }) => sent) },
        {
          label: 'good answers',
          colour: 'good',
          unit: 'number',
          values: seconds.map(({ ok }) => ok),
        },
        {
          label: 'failed',
          colour: 'failed',
          unit: 'number',
          values: seconds.map(({ failed }) => failed),
        },
      ],
    },
    {
      ...shared,
      id: 'latency',
      title: 'Latency of good answers, second by second',
      series: [
        { label: 'p50', colour: 'good', unit: 'seconds', values: seconds.map(({ p50 }) => p50) },
        { label: 'p95', colour: 'warm', unit: 'seconds', values: seconds.map(({ p95 }) => p95) },
        { label: 'p99', colour: 'failed', unit: 'seconds', values: seconds.map(({ p99 }) => p99) },
      ],
    },
    {
      ...shared,
      id: 'in-flight',
      title: 'Under way at the end of each second',
      series: [
        {
          label: 'in flight',
          colour: 'sent',
          unit: 'number',
          values: seconds.map((second) => second.in_flight),
        },
      ],
    },
  ];
}

/** Latency by percentile: the further right, the rarer, each decade a nine more. */
function distribution({ latency }: LoadReport): Plot | null {
  const views: (Pick<PlotSeries, 'label' | 'colour'> & { view: Latency })[] = [
    { label: 'good answers', colour: 'good', view: latency.good },
    { label: 'all answers', colour: 'failed', view: latency.all },
  ];
  if (latency.service) views.push({ label: 'from sending', colour: 'warm', view: latency.service });
  const most = Math.max(...views.map(({ view }) => view.count));
  if (most === 0) return null;
  const decades = Math.max(1, Math.log10(most));
  // Twenty points a decade draw a smooth line; the last one is the longest of all.
  const x = Array.from({ length: Math.ceil(decades * 20) + 1 }, (_, n) =>
    Math.min(10 ** (n / 20), 10 ** decades),
  );
  return {
    id: 'distribution',
    title: 'Latency by percentile',
    x,
    xScale: 'log10',
    xUnit: 'percentile',
    xLabel: 'percent of the requests were at most this slow',
    marks: [],
    series: views.map(({ label, colour, view }) => {
      const histogram = decodeHistogram(view.hdr);
      return { label, colour, unit: 'seconds', values: x.map((odds) => atOdds(histogram, odds)) };
    }),
  };
}

/** One in so many was slower than this; null beyond what the samples can tell. */
function atOdds(histogram: Histogram, odds: number): number | null {
  if (odds > histogram.totalCount * 1.0001) return null;
  return percentileSeconds(histogram, 100 * (1 - 1 / odds));
}

function knee({ knee: found }: LoadReport): Plot | null {
  if (found === null) return null;
  const steps = [...found.steps].sort((a, b) => a.concurrency - b.concurrency);
  return {
    id: 'knee',
    title: 'Throughput and latency against concurrency',
    x: steps.map(({ concurrency }) => concurrency),
    xScale: 'log2',
    xUnit: 'number',
    xLabel: 'requests at once',
    marks: [
      {
        at: found.advice.max_concurrent_requests,
        label: `advice: ${found.advice.max_concurrent_requests}`,
      },
    ],
    series: [
      {
        label: 'good answers a second',
        colour: 'good',
        unit: 'number',
        values: steps.map((step) => step.ok_per_second),
      },
      { label: 'p50', colour: 'warm', unit: 'seconds', values: steps.map(({ p50 }) => p50) },
      { label: 'p95', colour: 'failed', unit: 'seconds', values: steps.map(({ p95 }) => p95) },
    ],
  };
}
