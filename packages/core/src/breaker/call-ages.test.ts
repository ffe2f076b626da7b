import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallAges } from './call-ages.ts';

describe('CallAges', () => {
  it('tells each call that is old enough once, the oldest first', () => {
    const ages = new CallAges();
    ages.start(3, 0);
    ages.start(1, 10);
    expect([ages.takeStartedBy(-1), ages.takeStartedBy(0), ages.takeStartedBy(5)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([ages.end(3, 0), ages.end(1, 0)]).toEqual([true, false]);
    expect(ages.takeStartedBy(1000)).toBe(false);
  });

  it('lets a call that was answered grow no older', () => {
    const ages = new CallAges();
    ages.start(0, 0);
    ages.answer(0);
    expect([ages.takeStartedBy(1000), ages.end(0, 1000)]).toEqual([false, false]);
  });

  it('equals a plain list', () => {
    const step = fc.record({ slot: fc.nat(200), what: fc.nat(3) });
    const property = fc.property(fc.array(step, { maxLength: 300 }), (script) => {
      const ages = new CallAges();
      let list: { slot: number; at: number }[] = [];
      script.forEach(({ slot, what }, now) => {
        const without = list.filter((it) => it.slot !== slot);
        if (what === 0) {
          ages.start(slot, now);
          list = [...without, { slot, at: now }];
        } else if (what === 1) {
          ages.answer(slot);
          list = without;
        } else if (what === 2) {
          ages.end(slot, 0);
          list = without;
        } else {
          const old = list.length > 0 && list[0]!.at <= now - 5;
          expect(ages.takeStartedBy(now - 5)).toBe(old);
          if (old) list = list.slice(1);
        }
      });
    });
    fc.assert(property, { seed: 3, numRuns: 300 });
  });
});
