import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualTime, seededRandom } from '../testing.ts';
import { OutlierDetector } from './outlier-detector.ts';
import type { OutlierOptions } from './outlier-options.ts';
import type { OutlierWatch, Watched } from './outlier-watch.ts';

class Target implements Watched {
  usable = true;
  readonly said: string[] = [];
  watch!: OutlierWatch;
  canServe(): boolean {
    return this.usable;
  }
  onEjected(reason: string, forMs: number): void {
    this.said.push(`${reason} ${forMs}`);
  }
  onReadmitted(): void {
    this.said.push('readmitted');
  }
}

const setUp = (count: number, more: Partial<OutlierOptions> = {}) => {
  const time = new ManualTime(1000);
  const detector = new OutlierDetector({
    ...{ outlierFailures: 5, outlierWindowMs: 10_000, outlierMinimumCalls: 20 },
    ...{ maxEjectedShare: 0.5, baseEjectionMs: 30_000, maxEjectionMs: 300_000 },
    ...{ ejectionJitter: 0, time, random: seededRandom(1), ...more },
  });
  const targets = Array.from({ length: count }, () => {
    const target = new Target();
    target.watch = detector.add(target);
    return target;
  });
  const results = (target: Target, signs: string): void => {
    for (const sign of signs) {
      target.watch.onResult(sign === '+' ? 'success' : 'failure', time.now());
    }
  };
  return { time, detector, targets, results, first: targets[0]! };
};

describe('Failures in a row', () => {
  it('eject a target, for longer each time, until it has served again', () => {
    const { time, first, results } = setUp(3);
    results(first, '----+----');
    expect(first.watch.ejected()).toBe(false);
    results(first, '-');
    expect(first.watch.ejected()).toBe(true);
    time.advance(29_999);
    expect(first.watch.ejected()).toBe(true);
    time.advance(1);
    expect(first.watch.ejected()).toBe(false);
    expect(first.watch.readmittedAt).toBe(31_000);

    results(first, '-----');
    time.advance(60_000);
    expect(first.watch.ejected()).toBe(false);
    // Two are held against it; ninety seconds of service wipe out both.
    time.advance(90_000);
    results(first, '-----');
    expect(first.said).toEqual([
      'consecutive_failures 30000',
      'readmitted',
      'consecutive_failures 60000',
      'readmitted',
      'consecutive_failures 30000',
    ]);
    expect(first.watch.ejectedTotal).toBe(3);
  });

  it('last at most so long', () => {
    const { time, first, results } = setUp(2, { maxEjectionMs: 50_000 });
    for (let i = 0; i < 3; i++) {
      results(first, '-----');
      time.advance(50_000);
      first.watch.ejected();
    }
    expect(first.said.filter((it) => it !== 'readmitted')).toEqual([
      'consecutive_failures 30000',
      'consecutive_failures 50000',
      'consecutive_failures 50000',
    ]);
  });

  it('are not broken by what began before them and ends well', () => {
    const { time, first, results } = setUp(3);
    const before = time.now();
    time.advance(10);
    results(first, '--');
    first.watch.onResult('success', before);
    results(first, '---');
    expect(first.watch.ejected()).toBe(true);
  });

  it('are not made of what is ignored, and not broken by it', () => {
    const { time, first, results } = setUp(3);
    results(first, '----');
    first.watch.onResult('ignored', time.now());
    expect(first.watch.ejected()).toBe(false);
    results(first, '-');
    expect(first.watch.ejected()).toBe(true);
  });

  it('do not count after a readmission when they began before it', () => {
    const { time, first, results } = setUp(3);
    const before = time.now();
    results(first, '-----');
    time.advance(30_000);
    for (let i = 0; i < 10; i++) first.watch.onResult('failure', before);
    expect(first.watch.ejected()).toBe(false);
  });

  it('eject nobody while every target fails', () => {
    const { targets, results } = setUp(4);
    for (const target of targets) results(target, '+'.repeat(1000));
    for (let i = 0; i < 50; i++) for (const target of targets) results(target, '-');
    expect(targets.map((it) => it.watch.ejected())).toEqual([false, false, false, false]);
  });

  it('eject nobody when the peers fail often enough for such a run to be chance', () => {
    const { targets, first, results } = setUp(3);
    for (const peer of targets.slice(1)) results(peer, '-+-+-+-+-+');
    results(first, '----------');
    expect(first.watch.ejected()).toBe(false);
    results(first, '-----------');
    expect(first.watch.ejected()).toBe(true);
  });
});

describe('The failure rate', () => {
  it('ejects a target that fails much more often than its peers, without a run', () => {
    const { targets, first, results } = setUp(3);
    for (const peer of targets.slice(1)) results(peer, '+'.repeat(50));
    results(first, '+-'.repeat(9));
    expect(first.watch.ejected()).toBe(false);
    results(first, '+-');
    expect(first.said).toEqual(['failure_rate 30000']);
  });

  it("says nothing from few calls, a target's own or its peers'", () => {
    const { time, targets, first, results } = setUp(3, { outlierMinimumCalls: 100 });
    for (const peer of targets.slice(1)) results(peer, '+'.repeat(40));
    results(first, '+-'.repeat(100));
    expect(first.watch.ejected()).toBe(false);
    results(targets[1]!, '+'.repeat(20));
    time.advance(100);
    results(first, '-');
    expect(first.watch.ejected()).toBe(true);
  });

  it('forgets what is older than the window', () => {
    const { time, targets, first, results } = setUp(3);
    results(first, '+-'.repeat(20));
    time.advance(11_000);
    for (const peer of targets.slice(1)) results(peer, '+'.repeat(50));
    results(first, '+-');
    expect(first.watch.ejected()).toBe(false);
  });

  it('ejects nobody in an hour in which every target fails equally often', {
    timeout: 60_000,
  }, () => {
    for (const [seed, share] of [0.1, 0.25, 0.4, 0.4, 0.8].entries()) {
      const { time, targets } = setUp(3, { outlierFailures: 0 });
      const random = seededRandom(seed);
      for (let i = 0; i < 180_000; i++) {
        time.advance(20);
        const verdict = random() < share ? 'failure' : 'success';
        targets[i % 3]!.watch.onResult(verdict, time.now());
      }
      expect(targets.flatMap((it) => it.said)).toEqual([]);
    }
  });
});

describe('Never all', () => {
  it.each([
    [1, 0.5, 0],
    [2, 0.5, 1],
    [3, 0.5, 1],
    [4, 0.5, 2],
    [3, 0.1, 1],
    [3, 1, 2],
    [3, 0, 0],
  ])('of %d targets and a share of %d at most %d are ejected', (count, maxEjectedShare, most) => {
    const { detector, targets, results } = setUp(count, { maxEjectedShare });
    for (const target of targets) results(target, '-'.repeat(10));
    expect(detector.ejected).toBe(most);
  });

  it('does not eject the last one that can serve', () => {
    const { targets, first, results } = setUp(3);
    targets[1]!.usable = targets[2]!.usable = false;
    results(first, '-'.repeat(10));
    expect(first.watch.ejected()).toBe(false);
    targets[2]!.usable = true;
    results(first, '-');
    expect(first.watch.ejected()).toBe(true);
  });

  it('readmits one early when all others go out of use', () => {
    const { time, targets, first, results } = setUp(2);
    results(first, '-----');
    time.advance(5000);
    targets[1]!.usable = false;
    expect(first.watch.ejected()).toBe(false);
    expect(first.watch.readmittedAt).toBe(6000);
  });

  it('does not readmit one early when another is due anyway', () => {
    const { time, targets, first, results } = setUp(4);
    results(first, '-----');
    time.advance(10_000);
    results(targets[1]!, '-----');
    time.advance(20_000);
    targets[2]!.usable = targets[3]!.usable = false;
    expect(targets[1]!.watch.ejected()).toBe(true);
    expect(first.watch.ejected()).toBe(false);
  });

  it('ejects a further one when a place is free', () => {
    const { time, targets, results } = setUp(3);
    results(targets[0]!, '-----');
    results(targets[1]!, '-----');
    expect(targets.map((it) => it.watch.ejected())).toEqual([true, false, false]);
    time.advance(30_000);
    results(targets[1]!, '-');
    expect(targets.map((it) => it.watch.ejected())).toEqual([false, true, false]);
  });

  it('holds whatever happens, and says each ejection and each readmission once', () => {
    const event = fc.record({
      which: fc.nat(5),
      what: fc.constantFrom('failure', 'failure', 'failure', 'success', 'toggle', 'wait'),
    });
    const property = fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.constantFrom(0.2, 0.5, 1),
      fc.array(event, { maxLength: 150 }),
      (count, maxEjectedShare, events) => {
        const { time, detector, targets } = setUp(count, {
          ...{ maxEjectedShare, outlierFailures: 2, outlierMinimumCalls: 3 },
        });
        for (const { which, what } of events) {
          const target = targets[which % count]!;
          if (what === 'toggle') target.usable = !target.usable;
          else if (what === 'wait') time.advance(7000);
          else target.watch.onResult(what === 'failure' ? 'failure' : 'success', time.now());
          const out = targets.filter((it) => it.watch.ejected()).length;
          expect(out).toBe(detector.ejected);
          expect(out).toBeLessThan(count);
          expect(out).toBeLessThanOrEqual(Math.max(1, Math.floor(count * maxEjectedShare)));
          if (targets.some((it) => it.usable)) {
            expect(targets.some((it) => it.usable && !it.watch.ejected())).toBe(true);
          }
        }
        for (const { said } of targets) {
          said.forEach((it, i) => {
            expect(it === 'readmitted').toBe(i % 2 === 1);
          });
        }
      },
    );
    fc.assert(property, { seed: 11, numRuns: 500 });
  });
});

it('forgets a target that is removed', () => {
  const { detector, targets, first, results } = setUp(2);
  results(first, '-----');
  detector.remove(first.watch);
  expect(detector.ejected).toBe(0);
  results(targets[1]!, '-----');
  expect(targets[1]!.watch.ejected()).toBe(false);
});

it('refuses options that cannot be meant', () => {
  expect(() => setUp(1, { maxEjectedShare: 1.1 })).toThrow('maxEjectedShare');
  expect(() => setUp(1, { maxEjectionMs: 1 })).toThrow('maxEjectionMs');
  expect(() => setUp(1, { outlierFailures: -1 })).toThrow('outlierFailures');
});
