import { expect, it } from 'vitest';
import { phases, stagesOf } from './phases.ts';

it('asks for each rate as long as its phase lasts', () => {
  const stages = stagesOf(phases, 2)
    .split(',')
    .map((stage) => stage.split('ms:').map(Number) as [number, number]);
  const total = stages.reduce((sum, [ms]) => sum + ms, 0);
  expect(total).toBe(phases.reduce((sum, { seconds }) => sum + seconds * 500, 0));
  expect(stages.filter((_, index) => index % 2 === 0).map(([, rate]) => rate)).toEqual(
    phases.map(({ rate }) => rate),
  );
});

it('has captions that fit the narrowest usual terminal', () => {
  for (const { name, caption } of phases) {
    expect(caption.length).toBeLessThanOrEqual(78);
    expect(caption).toMatch(new RegExp(`^${name}: `));
  }
});
