import type { LoadReport } from '@spillway/contracts';
import { freePort } from '@spillway/test-kit/free-port';
import { type Child, startChild } from '../process/child.ts';
import type { Pinning } from '../process/pin.ts';
import { cpuUs } from '../process/usage.ts';
import { type LoadOptions, runLoad } from './load.ts';

export type Side = 'base' | 'head';

/** One run against a proxy started for it. */
export interface CiSample {
  readonly side: Side;
  readonly round: number;
  /** Of the proxy, user and system time, by the requests that ended. */
  readonly cpuUsPerRequest: number;
  readonly okPerSecond: number;
  /** Seconds. */
  readonly p50: number;
  readonly p99: number;
  readonly verdict: LoadReport['verdict'];
  /** Thresholds that were missed, with their values. */
  readonly missed: readonly string[];
}

export interface Measured {
  readonly side: Side;
  /** The proxy's program. */
  readonly proxy: string;
  readonly backend: Child;
  readonly load: Omit<LoadOptions, 'url'>;
  readonly warmUpSeconds: number;
  readonly pins: Pinning;
}

/**
 * Starts a proxy, warms it up and loads it. A new process for every run: how a process lays out its memory and
 * compiles its code is chance too, and would be taken for a difference if all runs of a side shared one.
 */
export async function measure(options: Measured, round: number): Promise<CiSample> {
  const { side, proxy: program, backend, load, warmUpSeconds, pins } = options;
  const port = await freePort();
  const limit = String(Math.max(load.concurrent, 50));
  const proxy = await startChild(
    side,
    pins.proxy([
      process.execPath,
      ...[program, 'start', '--target', `http://127.0.0.1:${backend.port}`],
      ...['--host', '127.0.0.1', '--port', String(port), '--no-access-log'],
      ...['--max-concurrent-requests', limit, '--pool-maxsize', limit, '--pool-connections', limit],
    ]),
    port,
  );
  try {
    const url = `http://127.0.0.1:${port}/bench`;
    await runLoad({ ...load, url, seconds: warmUpSeconds });
    const before = cpuUs(proxy.pid);
    const report = await runLoad({ ...load, url });
    return sampleOf(side, round, report, cpuUs(proxy.pid) - before);
  } finally {
    await proxy.stop();
  }
}

function sampleOf(side: Side, round: number, report: LoadReport, cpu: number): CiSample {
  const { counts, latency, rates, thresholds, verdict } = report;
  return {
    side,
    round,
    cpuUsPerRequest: cpu / Math.max(1, counts.sent - counts.outcomes.unfinished),
    okPerSecond: rates.ok_per_second,
    p50: latency.good.p50 ?? 0,
    p99: latency.good.p99 ?? 0,
    verdict,
    missed: thresholds
      .filter(({ passed }) => !passed)
      .map(({ expression, actual }) => `${expression} (${actual ?? 'not measured'})`),
  };
}
