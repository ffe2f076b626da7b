import { everybody, type Scenario } from '../scenario.ts';

export const retries: Scenario = {
  name: 'retries',
  what: '2x, and clients send again at once, three times',
  seconds: 12,
  warmUpSeconds: 2,
  groups: [everybody({ resends: 3 })],
  phases: [{ atSeconds: 0, load: 2 }],
};
