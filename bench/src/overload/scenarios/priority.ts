import { everybody, type Scenario } from '../scenario.ts';

export const priority: Scenario = {
  name: 'priority',
  what: '3x, of which a fifth is of high priority',
  seconds: 12,
  warmUpSeconds: 2,
  groups: [
    everybody({ name: 'high', load: 0.2, headers: { 'x-priority': 'high' } }),
    everybody({ name: 'low', load: 0.8 }),
  ],
  phases: [{ atSeconds: 0, load: 3 }],
  spillway: ['--priority-class', 'high=10%', '--priority-header', 'x-priority'],
};
