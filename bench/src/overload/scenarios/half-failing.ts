import { everybody, type Scenario } from '../scenario.ts';

/** Half of the answers say 503 for five seconds. */
export const halfFailing = (name: string, budget: string): Scenario => ({
  name,
  what: `0.7x, for five seconds half of the answers are 503, at once; --retry-budget ${budget}`,
  seconds: 14,
  warmUpSeconds: 2,
  groups: [everybody({ patienceMs: 5000 })],
  phases: [
    { atSeconds: 0, load: 0.7 },
    { atSeconds: 4, load: 0.7, backend: { status: '503@0.5', errorLatency: '1ms' } },
    { atSeconds: 9, load: 0.7, backend: { status: '200' } },
  ],
  trouble: { from: 4, to: 9 },
  spillway: [
    ...['--retry-budget', budget, '--max-retries', '6', '--retry-backoff-factor', '0.05'],
    ...['--circuit-breaker-threshold', '0'],
  ],
});
