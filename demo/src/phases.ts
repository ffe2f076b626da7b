/** One act of the demo: how the backend behaves, how much is asked of it, and what to look at. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
  /** What the backend does besides, as for `/backend-control`. */
  readonly fault: string;
  /** At most 78 columns. */
  readonly caption: string;
}

/** Eight workers, about 105 ms an answer: 76 answers a second and no more. */
export const backendScript = { workers: 8, latency: 'lognormal:100ms' };

/** The proxy lets through a few more than the backend has workers for; the line is half a second long. */
export const proxyFlags = [
  ...['--max-concurrent-requests', '12', '--max-queue-size', '40', '--queue-timeout', '2s'],
  ...['--pool-maxsize', '16', '--circuit-breaker-threshold', '5', '--max-retries', '1'],
];

export const phases: readonly Phase[] = [
  {
    name: 'calm',
    ...{ seconds: 25, rate: 40, fault: '' },
    caption: 'calm: asked 40 a second of the 75 that the backend can answer; nobody waits',
  },
  {
    name: 'overload',
    ...{ seconds: 45, rate: 225, fault: '' },
    caption: 'overload: 3x what it can take; 12 at once get through, the rest hears 503',
  },
  {
    name: 'outage',
    ...{ seconds: 35, rate: 40, fault: 'reset' },
    caption: 'outage: the backend cuts every connection; watch the breaker open and probe',
  },
  {
    name: 'recovery',
    ...{ seconds: 35, rate: 40, fault: '' },
    caption: 'recovery: the backend is back; a probe gets through and the breaker closes',
  },
];

/** Changes of the rate take this long, so that a stage is no jump that no scheduler can hold. */
const rampSeconds = 0.2;

/** All phases as the load tester's --stages. */
export function stagesOf(all: readonly Phase[], speed: number): string {
  const stages = all.flatMap(({ seconds, rate }, index) => {
    const held = seconds / speed - (index === 0 ? 0 : rampSeconds);
    const ramp = index === 0 ? [] : [[rampSeconds, rate] as const];
    return [...ramp, [held, rate] as const];
  });
  return stages.map(([seconds, rate]) => `${Math.round(seconds * 1_000)}ms:${rate}`).join(',');
}
