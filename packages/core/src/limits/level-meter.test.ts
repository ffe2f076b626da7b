import { describe, expect, it } from 'vitest';
import { LevelMeter } from './level-meter.ts';

describe('LevelMeter', () => {
  it('counts the time between the first end and the last', () => {
    const meter = new LevelMeter();
    meter.begin(4, 0);
    for (let i = 0; i < 20; i++) expect(meter.add(1000 + 10 * i, 4, 'success')).toBe(null);
    expect(meter.add(1200, 4, 'success')).toEqual({
      ...{ limit: 4, inFlight: 4, answered: 20, durationMs: 200, dropShare: 0 },
    });
  });

  it('waits until those of the level before are through', () => {
    const meter = new LevelMeter();
    meter.begin(4, 500);
    for (let i = 0; i < 100; i++) expect(meter.add(i, 4, 'success')).toBe(null);
    for (let i = 0; i < 20; i++) expect(meter.add(500 + 10 * i, 4, 'success')).toBe(null);
    expect(meter.add(700, 4, 'success')).toMatchObject({ durationMs: 200 });
  });

  it('wants twice as many as fit in, and a tenth of a second', () => {
    const meter = new LevelMeter();
    meter.begin(50, 0);
    for (let i = 0; i < 100; i++) expect(meter.add(10 * i, 50, 'success')).toBe(null);
    expect(meter.add(1000, 50, 'success')).toMatchObject({ answered: 100 });
    meter.begin(1, 0);
    for (let i = 0; i < 100; i++) expect(meter.add(i, 1, 'success')).toBe(null);
  });

  it('begins anew after a lull, whose time would count as slowness', () => {
    const meter = new LevelMeter();
    meter.begin(4, 0);
    for (let i = 0; i < 15; i++) meter.add(10 * i, 4, 'success');
    for (const left of [3, 2, 1]) expect(meter.add(200, left, 'success')).toBe(null);
    for (let i = 0; i < 20; i++) expect(meter.add(60_000 + 10 * i, 4, 'success')).toBe(null);
    expect(meter.add(60_200, 4, 'success')).toMatchObject({ answered: 20, durationMs: 200 });
  });

  it('needs no time for refusals', () => {
    const meter = new LevelMeter();
    meter.begin(50, 0);
    for (let i = 0; i < 19; i++) expect(meter.add(0, 50, 'dropped')).toBe(null);
    expect(meter.add(0, 50, 'dropped')).toMatchObject({ answered: 0, dropShare: 1 });
  });

  it('counts nothing that says nothing', () => {
    const meter = new LevelMeter();
    meter.begin(1, 0);
    for (let i = 0; i < 1000; i++) expect(meter.add(i, 1, 'ignored')).toBe(null);
  });
});
