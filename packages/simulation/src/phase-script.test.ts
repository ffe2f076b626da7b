import { expect, it } from 'vitest';
import { PhaseScript } from './phase-script.ts';
import type { Phase } from './scenario.ts';

const phase = (fromMs: number, toMs: number, changes: Partial<Phase>): Phase => {
  return { fromMs, toMs, load: 1, service: 1, failing: null, down: false, ...changes };
};

it('is as usual outside of phases, and whoever overlaps multiplies', () => {
  const script = new PhaseScript([
    phase(10, 30, { load: 2, failing: 0.1 }),
    phase(20, 40, { load: 3, service: 2, down: true }),
  ]);
  expect(script.stretches.map(({ fromMs, load, service }) => [fromMs, load, service])).toEqual([
    [0, 1, 1],
    [10, 2, 1],
    [20, 6, 2],
    [30, 3, 2],
    [40, 1, 1],
  ]);
  expect(script.at(25)).toMatchObject({ failing: 0.1, down: true, toMs: 30 });
});

it('may be asked in any order', () => {
  const script = new PhaseScript([phase(10, 20, { load: 5 })]);
  expect([15, 5, 20, 19.9, 0].map((ms) => script.at(ms).load)).toEqual([5, 1, 1, 5, 1]);
});
