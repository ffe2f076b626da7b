import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { LoadReport } from '@spillway/contracts';

export type GeneratorHealth = LoadReport['generator'];

/** How the event loop of one generating thread fared. */
export interface ThreadLoad {
  /** 0 to 1. */
  readonly eventLoopUtilization: number;
  readonly eventLoopDelayP99Ms: number;
}

/** Above, latencies begin to hold time that the generator itself took. */
export const strainedAbove = 0.8;
/** Above, they say more of the generator than of the target. */
export const invalidAbove = 0.95;
/** Starting takes all of the loop for a moment: nothing follows from a run that is over by then. */
const shortestJudgedSeconds = 1;

/** The busiest thread decides: its requests are in the histograms too. */
export function judgeGenerator(loads: readonly ThreadLoad[], duration: number): GeneratorHealth {
  const utilization = Math.max(0, ...loads.map((load) => load.eventLoopUtilization));
  const delayMs = Math.max(0, ...loads.map((load) => load.eventLoopDelayP99Ms));
  const judged = duration >= shortestJudgedSeconds;
  return {
    event_loop_utilization: utilization,
    event_loop_delay_p99: delayMs / 1_000,
    verdict:
      judged && utilization > invalidAbove
        ? 'invalid'
        : judged && utilization > strainedAbove
          ? 'strained'
          : 'healthy',
  };
}

/**
 * Watches this thread from now on. After `durationMs` requests only drain, which would dilute the
 * utilization: it is taken then, or at the end if that comes first.
 */
export function watchThread(durationMs: number | null): () => ThreadLoad {
  const before = performance.eventLoopUtilization();
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  let taken: ThreadLoad | null = null;
  const take = (): ThreadLoad => {
    delay.disable();
    taken ??= {
      eventLoopUtilization: performance.eventLoopUtilization(before).utilization,
      eventLoopDelayP99Ms: delay.percentile(99) / 1e6,
    };
    return taken;
  };
  const timer = durationMs === null ? undefined : setTimeout(take, durationMs).unref();
  return () => {
    clearTimeout(timer);
    return take();
  };
}
