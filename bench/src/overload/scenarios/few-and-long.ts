import { everybody, type Scenario } from '../scenario.ts';

const slots = 8;
const slotMs = 2000;

/** As a model server has them, with time scaled down: nobody needs to be told how many there are. */
export const fewAndLong: Scenario = {
  name: 'few and long',
  what: `2x, ${slots} slots of ${slotMs / 1000} s in place of the usual backend; clients wait for 20 s`,
  seconds: 90,
  warmUpSeconds: 10,
  capacityPerSecond: (1000 * slots) / slotMs,
  haproxy: { maxconn: slots, queueTimeout: '6s' },
  groups: [everybody({ serviceMs: slotMs, load: slots / 20, patienceMs: 20_000 })],
  phases: [
    { atSeconds: 0, load: 2, backend: { workers: slots, latency: `lognormal:${slotMs}ms:0.7` } },
  ],
};
