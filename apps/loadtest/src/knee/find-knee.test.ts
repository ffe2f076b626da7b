import { kneeSchema } from '@spillway/contracts';
import { drawNormal, type Random, seededRandom } from '@spillway/random';
import { describe, expect, it } from 'vitest';
import { findKnee, type KneeOptions } from './find-knee.ts';
import type { RunStep, StepResult } from './step.ts';

const options: KneeOptions = { maxConcurrency: 256, objective: 2, target: 'http://backend:9000' };

interface Backend {
  slots: number;
  /** One draw of the time at a slot, s. */
  serviceTime: (random: Random) => number;
  /** Between an answer and the next request's arrival, s. */
  network?: number;
  /** Standard deviation of the whole machine's speed from step to step. */
  drift?: number;
  /** Requests at once beyond which every further one is refused. */
  refusesBeyond?: number;
}

/** So many clients in a closed loop at slots with one line before them, event by event. */
function simulate(backend: Backend, seed: number): RunStep {
  const random = seededRandom(seed);
  const { slots, serviceTime, network = 0.0003, drift = 0, refusesBeyond = Infinity } = backend;
  return async (concurrency) => {
    const pace = Math.exp(drift * drawNormal(random));
    const admitted = Math.min(concurrency, refusesBeyond);
    // Instants in ascending order: when clients send next, and when slots fall free.
    const ready = new Array<number>(admitted).fill(0);
    const free = new Array<number>(slots).fill(0);
    const latencies: number[] = [];
    const [from, to] = [1, 6];
    for (;;) {
      const sentAt = ready.shift() as number;
      if (sentAt > to) break;
      const start = Math.max(sentAt + network / 2, free.shift() as number);
      const end = start + pace * serviceTime(random);
      insert(free, end);
      insert(ready, end + network / 2);
      if (end >= from && end < to) latencies.push(end + network / 2 - sentAt);
    }
    return stepOf(concurrency, latencies, to - from, concurrency > refusesBeyond ? 25 : 0);
  };
}

function insert(ascending: number[], value: number): void {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  ascending.splice(low, 0, value);
}

function stepOf(
  concurrency: number,
  latencies: number[],
  seconds: number,
  errors: number,
): StepResult {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] as number;
  const rate = sorted.length / seconds;
  return {
    concurrency,
    requests_per_second: rate / (1 - errors / 100),
    ok_per_second: rate,
    errors,
    mean: (sorted.reduce((sum, latency) => sum + latency, 0) / sorted.length) * (1 - errors / 100),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
  };
}

/** Throughput straight from a curve. */
const fromCurve =
  (
    rateAt: (concurrency: number) => number,
    errorsAt: (concurrency: number) => number = () => 0,
  ): RunStep =>
  async (concurrency) => {
    const rate = rateAt(concurrency);
    const latency = concurrency / rate;
    return {
      concurrency,
      requests_per_second: rate,
      ok_per_second: rate * (1 - errorsAt(concurrency) / 100),
      errors: errorsAt(concurrency),
      mean: latency,
      p50: latency,
      p95: latency,
      p99: latency,
      p999: latency,
    };
  };

const seeds = Array.from({ length: 10 }, (_, seed) => seed + 1);
const fixed = () => 0.02;
const lognormal = (random: Random) => 0.02 * Math.exp(0.5 * drawNormal(random) - 0.125);

describe.each([4, 8, 16, 32, 100])('a backend of %i slots', (slots) => {
  it.each([
    { times: 'fixed times', serviceTime: fixed, drift: 0 },
    { times: 'fixed times on a machine that drifts by 2 %', serviceTime: fixed, drift: 0.02 },
    {
      times: 'lognormal times on a machine that drifts by 1 %',
      serviceTime: lognormal,
      drift: 0.01,
    },
  ])('with $times gets a max-concurrent within 15 %', async ({ serviceTime, drift }) => {
    const off: number[] = [];
    for (const seed of seeds) {
      const knee = await findKnee(simulate({ slots, serviceTime, drift }, seed), options);
      off.push(Math.abs(knee.advice.max_concurrent_requests / slots - 1));
      expect(knee.warnings.join()).not.toMatch(/Self-check|No bend/);
    }
    expect(Math.max(...off)).toBeLessThanOrEqual(0.15);
  });
});

it('finds the bend again on the curve measured of 8 slots of 20 ms, and draws the scalability law without trusting it', async () => {
  const measured: Record<number, number> = {
    1: 46,
    2: 89,
    4: 181,
    8: 361,
    16: 380,
    32: 359,
    64: 300,
  };
  const knee = await findKnee(
    fromCurve((n) => measured[n] ?? Math.min(45.2 * n, 370)),
    options,
  );
  expect(knee.advice.max_concurrent_requests).toBe(8);
  expect(knee.estimates.kneedle).toBe(8);
  expect(knee.estimates.little).toBeCloseTo(8, 0);
  expect(knee.estimates.usl?.r2).toBeLessThan(0.98);
});

// Beside a benchmark the curve looked gradual, the law fitted with an R² of 0.995, and 83 was advised.
it('does not take 32 slots on a busy machine for a gradual bend', async () => {
  const measured: Record<number, number> = {
    1: 47,
    2: 96,
    4: 179,
    8: 359,
    16: 618,
    24: 952,
    32: 1233,
    40: 1314,
    64: 1490,
    128: 1462,
  };
  const knee = await findKnee(
    fromCurve((n) => measured[n] ?? Number.NaN),
    { ...options, maxConcurrency: 128 },
  );
  expect(knee.steps.map(({ concurrency }) => String(concurrency))).toEqual(Object.keys(measured));
  expect(knee.estimates.usl?.r2).toBeGreaterThan(0.98);
  expect(Math.abs(knee.advice.max_concurrent_requests / 32 - 1)).toBeLessThanOrEqual(0.15);
});

it('steps by doubling until nothing is gained, then finer around the bend', async () => {
  const ran: number[] = [];
  const run = simulate({ slots: 8, serviceTime: fixed }, 1);
  await findKnee(run, { ...options, onStep: ({ concurrency }) => ran.push(concurrency) });
  expect(ran).toEqual([1, 2, 4, 8, 16, 32, 6, 10]);
});

it('takes the top of the scalability law where throughput bends gradually and the law fits', async () => {
  const curve = (n: number) => (50 * n) / (1 + 0.05 * (n - 1) + 0.001 * n * (n - 1));
  const { advice, estimates, warnings } = await findKnee(fromCurve(curve), options);
  expect(estimates.usl?.r2).toBeGreaterThan(0.999);
  expect(estimates.usl?.knee).toBeCloseTo(Math.sqrt(0.95 / 0.001), 0);
  expect(advice.max_concurrent_requests).toBeGreaterThanOrEqual(30);
  expect(warnings.join()).toContain('bends gradually');
});

it('advises by the rules: queue, its timeout and the read timeout', async () => {
  const knee = await findKnee(simulate({ slots: 8, serviceTime: () => 0.1, network: 0 }, 1), {
    ...options,
    objective: 2.08,
  });
  expect(knee.max_requests_per_second).toBeCloseTo(80, 0);
  const { advice } = knee;
  expect(advice.queue_timeout).toBeCloseTo(2.08 - 0.1, 2);
  expect(advice.max_queue_size).toBe(
    Math.floor(knee.max_requests_per_second * advice.queue_timeout),
  );
  expect(advice.read_timeout).toBeCloseTo(0.3, 2);
  expect(advice.line).toBe(
    'proxy start --target http://backend:9000 --max-concurrent-requests 8 --pool-maxsize 8' +
      ` --max-queue-size ${advice.max_queue_size} --queue-timeout 1.9s --read-timeout 300ms`,
  );
});

it('leaves no queue where the backend alone is slower than wanted, and says so', async () => {
  const run = simulate({ slots: 4, serviceTime: () => 0.3 }, 1);
  const { advice, warnings } = await findKnee(run, { ...options, objective: 0.2 });
  expect(advice).toMatchObject({ queue_timeout: 0, max_queue_size: 0 });
  expect(warnings.join()).toContain('no time left to wait');
});

it('stops at errors and advises no more than was carried without', async () => {
  const run = simulate({ slots: 1000, serviceTime: fixed, refusesBeyond: 12 }, 1);
  const ran: number[] = [];
  const knee = await findKnee(run, {
    ...options,
    onStep: ({ concurrency }) => ran.push(concurrency),
  });
  expect(ran).toEqual([1, 2, 4, 8, 16, 10, 12, 14]);
  expect(knee.stopped_because).toBe('errors_above_1_percent');
  expect(knee.advice.max_concurrent_requests).toBe(12);
  expect(knee.warnings.join()).toContain('From 14 at once on, 25.0 % failed');
});

it('says that a backend which fails from the start cannot be measured', async () => {
  const { warnings } = await findKnee(
    fromCurve(
      (n) => 50 * n,
      () => 30,
    ),
    options,
  );
  expect(warnings.join()).toContain("can't be measured");
});

it('says when the bound came before the bend', async () => {
  const run = simulate({ slots: 100, serviceTime: fixed }, 1);
  const knee = await findKnee(run, { ...options, maxConcurrency: 24 });
  expect(knee.stopped_because).toBe('max_concurrency');
  expect(knee.steps.at(-1)?.concurrency).toBe(24);
  expect(knee.advice.max_concurrent_requests).toBe(24);
  expect(knee.warnings.join()).toContain('No bend up to 24');
});

it('fails its self-check when fewer were under way than it asked for', async () => {
  const run = simulate({ slots: 100, serviceTime: fixed }, 1);
  const halved: RunStep = async (n) => ({ ...(await run(Math.ceil(n / 2))), concurrency: n });
  const { warnings } = await findKnee(halved, { ...options, maxConcurrency: 16 });
  expect(warnings.join()).toMatch(/Self-check failed.* 16 \(8\.0\)/);
});

it('judges what there is when interrupted, and rejects when that is nothing', async () => {
  const run = simulate({ slots: 8, serviceTime: fixed }, 1);
  const stop = new AbortController();
  const knee = await findKnee(run, {
    ...options,
    signal: stop.signal,
    onStep: ({ concurrency }) => concurrency === 4 && stop.abort(),
  });
  expect(knee.steps.map(({ concurrency }) => concurrency)).toEqual([1, 2, 4]);
  expect(knee.stopped_because).toBe('interrupted');
  const none = findKnee(run, { ...options, signal: AbortSignal.abort() });
  await expect(none).rejects.toThrow('before the first step');
});

it('has the shape of the report', async () => {
  const knee = await findKnee(simulate({ slots: 8, serviceTime: fixed }, 1), options);
  expect(kneeSchema.parse(knee)).toEqual(knee);
});
