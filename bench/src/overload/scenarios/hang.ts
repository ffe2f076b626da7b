import { everybody, type Scenario } from '../scenario.ts';

/** Whoever is there hangs, and is let go when it ends. */
export const hang: Scenario = {
  name: 'hang',
  what: '0.7x, for eight seconds no request is answered',
  seconds: 24,
  warmUpSeconds: 2,
  groups: [everybody()],
  phases: [
    { atSeconds: 0, load: 0.7 },
    { atSeconds: 5, load: 0.7, backend: { fault: 'hang' } },
    { atSeconds: 13, load: 0.7, backend: { fault: '' } },
  ],
  trouble: { from: 5, to: 13 },
  capacityInTrouble: 0,
};
