import type { Child } from '../process/child.ts';
import type { Pinning } from '../process/pin.ts';
import { coreBusyUs, cpuNs, cpuUs, residentBytes } from '../process/usage.ts';
import type { Scenario, Work } from './scenario.ts';

/** One peer in one round. */
export interface Sample extends Work {
  readonly peer: string;
  readonly round: number;
  readonly cpuUsPerUnit: number;
  readonly residentBytes: number;
  /** Share of a core that the upstream used: near 1 it, not the proxy, was the limit. */
  readonly upstreamShare: number;
  /** Share of the proxy's core that other processes, or other machines of the host, had meanwhile; 0 where unknown. */
  readonly foreignShare: number;
}

/** Above this a sample is taken again; ticks alone make one in a second. */
export const mostForeign = 0.04;
const mostTries = 4;

/** Takes a sample, and takes it again where another process ran on the proxy's core; the quietest one counts. */
export async function takeQuietSample(
  scenario: Scenario,
  servers: { readonly proxy: Child; readonly upstream: Child },
  round: number,
  seconds: number,
  pins: Pinning,
): Promise<Sample> {
  let quietest = await takeSample(scenario, servers, round, seconds, pins);
  for (let i = 1; i < mostTries && quietest.foreignShare > mostForeign; i++) {
    const sample = await takeSample(scenario, servers, round, seconds, pins);
    if (sample.foreignShare < quietest.foreignShare) quietest = sample;
  }
  return quietest;
}

/** Loads one proxy and divides the CPU time it used by what came back. */
export async function takeSample(
  scenario: Scenario,
  { proxy, upstream }: { readonly proxy: Child; readonly upstream: Child },
  round: number,
  seconds: number,
  pins: Pinning,
): Promise<Sample> {
  const session = await scenario.start(proxy.port, pins);
  try {
    const usage = () => ({
      proxyUs: cpuNs(proxy.pid) / 1000,
      upstreamUs: cpuUs(upstream.pid),
      coreUs: pins.proxyCore === null ? null : coreBusyUs(pins.proxyCore),
      at: performance.now(),
    });
    const before = usage();
    const work = await session.measure(seconds);
    const after = usage();
    const proxyUs = after.proxyUs - before.proxyUs;
    const wallUs = (after.at - before.at) * 1000;
    const coreUs = (after.coreUs ?? 0) - (before.coreUs ?? 0);
    return {
      peer: proxy.name,
      round,
      ...work,
      cpuUsPerUnit: proxyUs / Math.max(1, work.units),
      residentBytes: residentBytes(proxy.pid),
      upstreamShare: (after.upstreamUs - before.upstreamUs) / wallUs,
      foreignShare: Math.max(0, (coreUs - proxyUs) / wallUs),
    };
  } finally {
    await session.close();
  }
}
