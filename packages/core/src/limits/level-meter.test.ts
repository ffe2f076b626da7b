import { expect, test } from 'vitest';
import { LevelMeter } from './level-meter.ts';

const meterOf = (limit: number): LevelMeter => {
  const meter = new LevelMeter();
  meter.begin(limit, 0);
  return meter;
};

test('a lull is no level, however long it lasts', () => {
  const meter = meterOf(10);
  for (let i = 1; i <= 200; i++) expect(meter.add(i, 2, 'success')).toBeNull();
});

test('an upstream that refuses at once is one, though it never has half of the limit', () => {
  const meter = meterOf(10);
  const levels = Array.from({ length: 60 }, (_, i) =>
    meter.add(i + 1, 2, i % 2 ? 'dropped' : 'success'),
  );
  expect(levels.find((level) => level !== null)).toMatchObject({ limit: 10, dropShare: 0.5 });
});

test('a few refusals in a lull say nothing', () => {
  const meter = meterOf(10);
  for (let i = 1; i <= 300; i++) {
    expect(meter.add(i, 2, i % 100 === 0 ? 'dropped' : 'success')).toBeNull();
  }
});
