import { everybody, type Scenario } from '../scenario.ts';

const tenants = 5;

/** Five tenants; the last one offers ten times its share, the others 0.8 of theirs. */
export const fairness: Scenario = {
  name: 'fairness',
  what: 'five keys; one offers ten times its share, the others 0.8 of theirs',
  seconds: 12,
  warmUpSeconds: 2,
  groups: Array.from({ length: tenants }, (_, i) =>
    everybody({
      name: i === tenants - 1 ? 'greedy' : `tenant ${i + 1}`,
      load: (i === tenants - 1 ? 10 : 0.8) / tenants,
      headers: { 'x-key': `tenant-${i + 1}` },
    }),
  ),
  phases: [{ atSeconds: 0, load: 1 }],
  spillway: ['--fairness-key', 'header:x-key'],
};
