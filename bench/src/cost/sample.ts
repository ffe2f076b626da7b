import type { Child } from '../process/child.ts';
import { cpuUs, residentBytes } from '../process/usage.ts';
import { type Load, runWrk, type WrkResult } from '../wrk.ts';

/** One peer in one round. */
export interface Sample extends WrkResult {
  peer: string;
  round: number;
  cpuUsPerRequest: number;
  requestsPerSecond: number;
  residentBytes: number;
  /** Share of a core that the upstream used: near 1 it, not the proxy, was the limit. */
  upstreamShare: number;
}

/** Loads one proxy and divides the CPU time it used by the requests that wrk saw answered. */
export async function takeSample(
  proxy: Child,
  upstream: Child,
  round: number,
  load: Omit<Load, 'url'>,
  wrap: (command: string[]) => string[],
): Promise<Sample> {
  const before = { proxy: cpuUs(proxy.pid), upstream: cpuUs(upstream.pid) };
  const result = await runWrk({ ...load, url: `http://127.0.0.1:${proxy.port}/bench` }, wrap);
  const answered = result.requests - result.badStatuses;
  return {
    peer: proxy.name,
    round,
    ...result,
    cpuUsPerRequest: (cpuUs(proxy.pid) - before.proxy) / Math.max(1, answered),
    requestsPerSecond: answered / result.seconds,
    residentBytes: residentBytes(proxy.pid),
    upstreamShare: (cpuUs(upstream.pid) - before.upstream) / 1e6 / result.seconds,
  };
}
