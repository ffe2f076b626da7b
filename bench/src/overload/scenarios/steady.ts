import { everybody, type Scenario } from '../scenario.ts';

/** The same load all the time. */
export const steady = (load: number): Scenario => ({
  name: `${load}x`,
  what: `${load} times what the backend can do`,
  seconds: 12,
  warmUpSeconds: 2,
  groups: [everybody()],
  phases: [{ atSeconds: 0, load }],
});
