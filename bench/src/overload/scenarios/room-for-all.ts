import { everybody, type Scenario } from '../scenario.ts';

const longMs = 10_000;

/** Calls of ten seconds, some eight at a time, among short ones: nobody has to wait for anybody. */
export const roomForAll: Scenario = {
  name: 'room for all',
  what: 'some 6 of 20 workers on calls of 10 s, as many on calls of 50 ms; nothing is named',
  seconds: 60,
  warmUpSeconds: 20,
  groups: [
    everybody({ name: 'short', load: 0.3 }),
    everybody({
      name: 'long',
      load: 0.3,
      query: `latency=${longMs}ms`,
      serviceMs: longMs,
      patienceMs: 30_000,
    }),
  ],
  phases: [{ atSeconds: 0, load: 1 }],
};
