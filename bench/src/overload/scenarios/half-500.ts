import { everybody, type Scenario } from '../scenario.ts';

export const half500: Scenario = {
  name: 'half 500',
  what: '0.7x, for five seconds half of the responses are 500, at once; --retry-on 500 --retry-budget 100%',
  seconds: 14,
  warmUpSeconds: 2,
  groups: [everybody()],
  phases: [
    { atSeconds: 0, load: 0.7 },
    { atSeconds: 4, load: 0.7, backend: { status: '500@0.5', errorLatency: '1ms' } },
    { atSeconds: 9, load: 0.7, backend: { status: '200' } },
  ],
  trouble: { from: 4, to: 9 },
  spillway: ['--retry-on', '500', '--retry-budget', '100%'],
};
