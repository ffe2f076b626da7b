import { everybody, type Scenario } from '../scenario.ts';

export const blackout: Scenario = {
  name: 'blackout',
  what: '0.7x, for four seconds every connection is reset',
  seconds: 18,
  warmUpSeconds: 2,
  groups: [everybody()],
  phases: [
    { atSeconds: 0, load: 0.7 },
    { atSeconds: 5, load: 0.7, backend: { fault: 'reset', latency: '0ms' } },
    { atSeconds: 9, load: 0.7, backend: { fault: '', latency: 'lognormal:50ms' } },
  ],
  trouble: { from: 5, to: 9 },
  capacityInTrouble: 0,
};
