import { everybody, type Scenario } from '../scenario.ts';

export const impatient: Scenario = {
  name: 'impatient',
  what: '2x, and clients wait for a quarter of a second',
  seconds: 12,
  warmUpSeconds: 2,
  groups: [everybody({ patienceMs: 250 })],
  phases: [{ atSeconds: 0, load: 2 }],
};
