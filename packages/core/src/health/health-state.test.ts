import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HealthState, type InitialHealth } from './health-state.ts';

const changes = (initial: InitialHealth, results: string, rise = 2, fall = 3) => {
  const state = new HealthState({ rise, fall, initial }, 0);
  return [...results].map((it, i) => state.onResult(it === '+', i) ?? '-').join(' ');
};

it('falls after so many bad checks in a row, and rises after so many good ones', () => {
  expect(changes('fully_up', '--+--- +++'.replace(' ', ''))).toBe('- - - - - down - up -');
});

it('believes the first check of a target that was only taken for up or down', () => {
  expect(changes('up', '-')).toBe('down');
  expect(changes('up', '+--')).toBe('- - -');
  expect(changes('down', '+')).toBe('up');
  expect(changes('down', '-+')).toBe('- -');
  expect(changes('fully_down', '++')).toBe('- up');
});

it('says since when', () => {
  const state = new HealthState({ rise: 1, fall: 1, initial: 'up' }, 5);
  expect([state.up, state.changedAt]).toEqual([true, 5]);
  state.onResult(true, 8);
  expect(state.changedAt).toBe(5);
  state.onResult(false, 9);
  expect([state.up, state.changedAt, state.against]).toEqual([false, 9, 0]);
});

it('equals the plain rule: the last so many results decide', () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.boolean(),
    fc.array(fc.boolean(), { maxLength: 60 }),
    (rise, fall, startsUp, results) => {
      const initial = startsUp ? 'fully_up' : 'fully_down';
      const state = new HealthState({ rise, fall, initial }, 0);
      let up = startsUp;
      results.forEach((ok, i) => {
        const latest = results.slice(Math.max(0, i + 1 - (up ? fall : rise)), i + 1);
        const flips = latest.length === (up ? fall : rise) && latest.every((it) => it !== up);
        expect(state.onResult(ok, i)).toBe(flips ? (up ? 'down' : 'up') : null);
        if (flips) up = !up;
        expect(state.up).toBe(up);
      });
    },
  );
  fc.assert(property, { seed: 5, numRuns: 500 });
});

it('refuses counts that say nothing', () => {
  const options = { rise: 0, fall: 1, initial: 'up' as const };
  expect(() => new HealthState(options, 0)).toThrow('rise');
  expect(() => new HealthState({ ...options, rise: 1, fall: 1.5 }, 0)).toThrow('fall');
});
