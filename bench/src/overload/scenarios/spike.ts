import { everybody, type Scenario } from '../scenario.ts';

export const spike: Scenario = {
  name: 'spike',
  what: '0.7x, for three seconds 5x',
  seconds: 14,
  warmUpSeconds: 2,
  groups: [everybody()],
  phases: [
    { atSeconds: 0, load: 0.7 },
    { atSeconds: 5, load: 5 },
    { atSeconds: 8, load: 0.7 },
  ],
  trouble: { from: 5, to: 8 },
};
