import { everybody, type Scenario } from '../scenario.ts';

const slowMs = 10_000;

/** Long calls that alone would fill the backend, beside short ones. */
export const mixed = (name: string, spillway: readonly string[]): Scenario => ({
  name,
  what: `calls of 10 s that alone would fill the backend, beside calls of 50 ms; ${spillway.length > 0 ? 'the keys are named' : 'nothing is named'}`,
  seconds: 60,
  warmUpSeconds: 20,
  groups: [
    everybody({ name: 'short', load: 0.3, headers: { 'x-key': 'short' } }),
    everybody({
      name: 'long',
      load: 1.2,
      query: `latency=${slowMs}ms`,
      headers: { 'x-key': 'long' },
      serviceMs: slowMs,
      patienceMs: 30_000,
    }),
  ],
  phases: [{ atSeconds: 0, load: 1 }],
  spillway,
});
