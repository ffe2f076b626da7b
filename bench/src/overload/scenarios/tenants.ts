import { everybody, type Scenario } from '../scenario.ts';

const tenant = (name: string, load: number, serviceMs: number, patienceMs: number) =>
  everybody({
    name,
    load,
    serviceMs,
    patienceMs,
    query: `latency=lognormal:${serviceMs}ms`,
    headers: { 'x-key': name },
  });

/** Each within its share but the last one. */
export const tenants: Scenario = {
  name: 'tenants',
  what: 'four keys with calls of 20 ms to 5 s, each within its share but the last; keys named',
  seconds: 40,
  warmUpSeconds: 10,
  groups: [
    tenant('quick', 0.2, 20, 1000),
    tenant('usual', 0.2, 100, 1000),
    tenant('slow', 0.2, 1000, 5000),
    tenant('batch', 1, 5000, 20_000),
  ],
  phases: [{ atSeconds: 0, load: 1 }],
  spillway: ['--fairness-key', 'header:x-key'],
};
