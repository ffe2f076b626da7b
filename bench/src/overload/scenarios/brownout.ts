import { everybody, type Scenario } from '../scenario.ts';

export const brownout: Scenario = {
  name: 'brownout',
  what: '0.7x, for four seconds every answer takes four times as long',
  seconds: 16,
  warmUpSeconds: 2,
  groups: [everybody()],
  phases: [
    { atSeconds: 0, load: 0.7 },
    { atSeconds: 5, load: 0.7, backend: { latency: 'lognormal:200ms' } },
    { atSeconds: 9, load: 0.7, backend: { latency: 'lognormal:50ms' } },
  ],
  trouble: { from: 5, to: 9 },
  capacityInTrouble: 0.25,
};
