import type { LoadReport } from '@spillway/contracts';
import { formatNumber, formatSeconds } from '@spillway/quantities';
import type { LoadPlan, LoadRequest } from '../engine/engine.ts';
import { assembleReport } from '../report/assemble-report.ts';
import { LiveProgress } from '../report/terminal/live-progress.ts';
import { runKnee } from '../run-knee.ts';
import { type MeasuredLoad, runLoad } from '../run-load.ts';
import { comparableOptions } from './comparable-options.ts';
import { loadPlan } from './load-plan.ts';
import type { LoadtestConfig, ResolvedLoadtestOptions } from './loadtest-options.ts';
import { type ProxyWatch, watchProxy } from './proxy-watch.ts';
import type { LoadtestSurroundings } from './surroundings.ts';
import { version } from './version.ts';

export interface OneRun {
  readonly resolved: ResolvedLoadtestOptions;
  readonly request: LoadRequest;
  /** What opens the proxy's own endpoints. */
  readonly adminToken: string | null;
  readonly signal: AbortSignal;
  readonly surroundings: LoadtestSurroundings;
}

/** Sends one load, or searches the knee, and reports what came of it. */
export async function runOnce(run: OneRun): Promise<LoadReport> {
  const { resolved, request, adminToken, signal } = run;
  const { config } = resolved;
  const plan = loadPlan(resolved, request);
  const proxy = config.checkMetrics ? await watchProxy(ownUrl(config, request), adminToken) : null;
  const { measured, knee } = config.findKnee
    ? await searchKnee(run)
    : { measured: await sendLoad(run, plan), knee: null };
  const report = assembleReport(measured, {
    version,
    url: config.url,
    model: plan.model,
    options: comparableOptions(resolved, plan),
    thresholds: config.failIf,
    knee,
    interrupted: signal.aborted,
  });
  return proxy === null ? report : await withProxyCheck(report, measured, proxy);
}

/** Where the proxy tells of itself. */
const ownUrl = ({ adminUrl }: LoadtestConfig, { url }: LoadRequest): URL =>
  adminUrl === null ? url : new URL(adminUrl);

async function sendLoad({ resolved, signal, surroundings }: OneRun, plan: LoadPlan) {
  const { warmUpMs, workers, quiet } = resolved.config;
  const { requests, durationMs } = plan.length;
  const progress = new LiveProgress(surroundings, { warmUpMs, requests, durationMs });
  try {
    return await runLoad({
      plan,
      warmUpMs,
      workers,
      signal,
      ...(quiet ? {} : { onProgress: (now) => progress.show(now) }),
    });
  } finally {
    if (!quiet) progress.end();
  }
}

function searchKnee({ resolved, request, signal, surroundings }: OneRun) {
  const { maxConcurrency, objectiveMs, quiet } = resolved.config;
  return runKnee({
    request,
    maxConcurrency,
    objectiveMs,
    signal,
    onLonger: (concurrency, lengthMs) => {
      if (quiet) return;
      const length = formatSeconds(lengthMs / 1_000);
      surroundings.err(
        `${concurrency} concurrently: too few responses yet, measuring for ${length}`,
      );
    },
    onStep: ({ concurrency, ok_per_second, p95 }) => {
      if (quiet) return;
      const rate = `${formatNumber(ok_per_second)} good answers a second`;
      surroundings.err(`${concurrency} at once: ${rate}, p95 ${formatSeconds(p95)}`);
    },
  });
}

async function withProxyCheck(
  report: LoadReport,
  { state }: MeasuredLoad,
  proxy: ProxyWatch,
): Promise<LoadReport> {
  const checked = await proxy.compare(report.counts, state.uncounted);
  return checked.ok
    ? { ...report, proxy_check: checked.check }
    : { ...report, warnings: [...report.warnings, checked.problem] };
}
