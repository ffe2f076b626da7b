import { drawNormal, seededRandom } from '@spillway/random';
import { describe, expect, it } from 'vitest';
import { compareSamples, type Measure, runsNeeded } from './compare-samples.ts';

const measure = (base: number[], head: number[], more: Partial<Measure> = {}): Measure => ({
  name: 'p95',
  unit: 's',
  worse: 'higher',
  floor: 0.001,
  base,
  head,
  ...more,
});

const oneToFive = [1, 2, 3, 4, 5].map((n) => 0.1 + n / 1000);

describe('a comparison of runs', () => {
  it('finds what is significant and large', () => {
    const { verdict, rows } = compareSamples([
      measure(
        oneToFive,
        oneToFive.map((v) => v * 1.3),
      ),
    ]);
    expect(verdict).toBe('regression');
    expect(rows[0]).toMatchObject({ verdict: 'worse', probability: 1 / 252 });
    expect(rows[0]?.ratio).toBeCloseTo(1.3, 12);
  });

  it('lets pass what is certain but small', () => {
    const head = oneToFive.map((v) => v * 1.09);
    const { verdict, rows } = compareSamples([measure(oneToFive, head)]);
    expect(rows[0]?.probability).toBeLessThan(0.01);
    expect(verdict).toBe('passed');
  });

  it('lets pass what is a large share of nearly nothing', () => {
    const [base, head] = [oneToFive, oneToFive.map((v) => v * 3)].map((runs) =>
      runs.map((v) => v / 1000),
    ) as [number[], number[]];
    expect(compareSamples([measure(base, head)]).verdict).toBe('passed');
    expect(compareSamples([measure(base, head, { floor: 0.0001 })]).verdict).toBe('regression');
  });

  it('lets pass what is large but may be chance', () => {
    const { verdict } = compareSamples([measure([1, 9, 2, 8, 5], [3, 9.5, 1, 7, 8])]);
    expect(verdict).toBe('passed');
  });

  it('knows that less throughput is worse and more is better', () => {
    const rates = [100, 101, 102, 103, 104];
    const fewer = measure(
      rates,
      rates.map((v) => v / 1.3),
      { worse: 'lower' },
    );
    const more = measure(
      rates,
      rates.map((v) => v * 1.3),
      { worse: 'lower' },
    );
    expect(compareSamples([fewer]).verdict).toBe('regression');
    expect(compareSamples([more])).toMatchObject({
      verdict: 'passed',
      rows: [{ verdict: 'better' }],
    });
  });

  it('concludes nothing from four runs', () => {
    const base = oneToFive.slice(1);
    const { verdict, reason, rows } = compareSamples([
      measure(
        base,
        base.map((v) => v * 9),
      ),
    ]);
    expect(verdict).toBe('inconclusive');
    expect(rows[0]?.verdict).toBe('inconclusive');
    expect(reason).toContain('fewer than 5 runs');
  });

  it.each([
    [1, false, 5],
    [5, false, 5],
    [13, false, 6],
    [1, true, 5],
    [4, true, 7],
  ])(
    'needs, of %i measures, paired: %s, %i runs to find anything at all',
    (measures, paired, runs) => {
      expect(runsNeeded(measures, paired)).toBe(runs);
      const clear = (count: number) =>
        Array.from({ length: measures }, () => {
          const base = Array.from({ length: count }, (_, at) => 1 + at / 100);
          return measure(
            base,
            base.map((value) => 2 * value),
          );
        });
      expect(compareSamples(clear(runs), paired).verdict).toBe('regression');
      expect(compareSamples(clear(runs - 1), paired).verdict).toBe('inconclusive');
    },
  );

  it('does not cry regression when one of many measures is unlucky', () => {
    // Alone, U = 4 of five against five is significant (0.048); among five measures it is not.
    const unlucky = measure([1, 2, 3, 4, 9], [5, 6, 7, 8, 10]);
    const quiet = Array.from({ length: 4 }, () => measure(oneToFive, oneToFive));
    expect(compareSamples([unlucky]).verdict).toBe('regression');
    expect(compareSamples([unlucky, ...quiet]).verdict).toBe('passed');
  });

  it('has no ratio to nothing', () => {
    const errors = measure([0, 0, 0, 0, 0], [3, 4, 5, 6, 7], { floor: 1 });
    expect(compareSamples([errors])).toMatchObject({
      verdict: 'regression',
      rows: [{ ratio: null }],
    });
  });
});

/** The machine slows and recovers in a random walk; each run has noise of its own. */
function simulate(seed: number, factor: number, runs: number) {
  const random = seededRandom(seed);
  const normal = () => drawNormal(random);
  let machine = 0;
  const base: number[] = [];
  const head: number[] = [];
  for (let run = 0; run < runs; run++) {
    for (const [side, share] of [
      [base, 1],
      [head, factor],
    ] as const) {
      machine += 0.02 * normal();
      side.push(0.05 * share * Math.exp(machine + 0.04 * normal()));
    }
  }
  return { base, head };
}

describe.each([
  ['unpaired', false, 5],
  ['paired', true, 10],
] as const)('with simulated interleaved runs, %s', (_name, paired, runs) => {
  const tries = (count: number, factor: number) =>
    Array.from({ length: count }, (_, seed) => {
      const { base, head } = simulate(seed, factor, runs);
      return compareSamples([measure(base, head)], paired).verdict;
    });

  it('finds a regression of 30 % in every one of 100 tries', () => {
    expect(tries(100, 1.3).filter((verdict) => verdict !== 'regression')).toEqual([]);
  });

  it('passes equal builds in at least 95 of 100 tries', () => {
    expect(tries(100, 1).filter((verdict) => verdict === 'passed').length).toBeGreaterThanOrEqual(
      95,
    );
  });
});

it('cancels a drift that paired runs share, which hides a change from the unpaired test', () => {
  const base = Array.from({ length: 10 }, (_, at) => 1.2 ** at);
  const head = base.map((value) => value * 1.3);
  const { rows } = compareSamples([measure(base, head)], true);
  expect(rows[0]?.verdict).toBe('worse');
  expect(compareSamples([measure(base, head)]).rows[0]?.verdict).toBe('same');
});
