import { afterEach, expect, test, vi } from 'vitest';
import { systemTime } from '../system/system-time.ts';
import { Latency } from './latency.ts';
import { latestAnswers } from './latest-answers.ts';
import { LatestLatencies } from './latest-latencies.ts';

afterEach(() => vi.restoreAllMocks());

const minute = 60_000;

/** Answers that take so long each, one every so often; the latest just now. */
function answered(count: number, ms: number, everyMs: number) {
  const clocks = [vi.spyOn(performance, 'now'), vi.spyOn(systemTime, 'now')];
  const setTo = (ms: number) => {
    for (const clock of clocks) clock.mockReturnValue(ms);
  };
  setTo(0);
  const [firstByte, serviceTime] = [new Latency(), new Latency()];
  for (let i = 0; i < count; i++) {
    setTo(i * everyMs);
    firstByte.record(ms - 1000);
    serviceTime.record(ms);
  }
  return {
    after: (laterMs: number) => {
      setTo((count - 1) * everyMs + laterMs);
      return latestAnswers(firstByte, serviceTime, systemTime.now());
    },
  };
}

test('Where a minute covers what there is to tell, nothing is added to it', () => {
  expect(latestAnswers(new Latency(), new Latency(), 0)).toBeUndefined();
  expect(answered(1000, 2000, 500).after(0)).toBeUndefined();
  // Quick ones of long ago say nothing of now.
  expect(answered(100, 2000, minute).after(0)).toBeUndefined();
});

test('Of answers that take minutes it tells sixty-four', () => {
  const told = answered(200, 5 * minute, minute / 2).after(0);
  expect(told?.seconds).toBe(63 * 30);
  expect(told?.service_time).toMatchObject({ count: 64, mean: 300, p50: 300, max: 300 });
  expect(told?.first_byte).toMatchObject({ count: 64, p50: 299 });
});

test('It goes back for three answers at least: of those begun together the quick ones come first', () => {
  expect(answered(200, 5 * minute, minute / 10).after(0)).toMatchObject({
    seconds: 900,
    service_time: { count: 151 },
  });
});

test('It goes back for twenty answers at most', () => {
  const rare = answered(200, 5 * minute, 4 * minute);
  expect(rare.after(0)).toMatchObject({ seconds: 6000, service_time: { count: 26 } });
  expect(rare.after(60 * minute)).toMatchObject({ seconds: 6000, service_time: { count: 11 } });
  expect(rare.after(101 * minute)).toBeUndefined();
});

test('The latest replace the oldest', () => {
  const latencies = new LatestLatencies();
  for (let i = 1; i <= 1000; i++) latencies.record(i, i);
  expect(latencies.percentiles(0)).toMatchObject({ count: 256, p50: 0.872, max: 1 });
  expect(latencies.percentiles(901)).toMatchObject({ count: 100, mean: 0.9505, p99: 0.999 });
  expect(latencies.percentiles(1001)).toBeNull();
  expect(latencies.newest(10)).toEqual({ meanMs: 995.5, since: 991 });
  expect(new LatestLatencies().newest(10)).toBeNull();
});
