import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { TimerEntry, TimerWheel } from './timer-wheel.ts';

class Alarm extends TimerEntry {
  readonly #ring: () => void;
  constructor(ring: () => void) {
    super();
    this.#ring = ring;
  }
  onExpire(): void {
    this.#ring();
  }
}

const setUp = (options: { tickMs?: number; slots?: number; startMs?: number } = {}) => {
  const { startMs = 0, ...wheelOptions } = options;
  const time = new ManualTime(startMs);
  const wheel = new TimerWheel(time, wheelOptions);
  const rung: string[] = [];
  const alarm = (name: string, then = (): void => {}) =>
    new Alarm(() => {
      rung.push(`${name}@${time.now()}`);
      then();
    });
  return { time, wheel, rung, alarm };
};

describe('TimerWheel', () => {
  it('fires at the end of the tick in which the delay ends', () => {
    const { time, wheel, rung, alarm } = setUp({ startMs: 3 });
    wheel.schedule(alarm('a'), 20);
    time.advance(26);
    expect(rung).toEqual([]);
    time.advance(1);
    expect(rung).toEqual(['a@30']);
  });

  it('keeps an entry beyond one turn in its slot until its own turn', () => {
    const { time, wheel, rung, alarm } = setUp({ slots: 4 });
    wheel.schedule(alarm('far'), 130);
    wheel.schedule(alarm('near'), 10);
    time.advance(1000);
    expect(rung).toEqual(['near@10', 'far@130']);
  });

  it('takes delays longer than a native timer can (setTimeout makes 1 ms of them)', () => {
    const { time, wheel, rung, alarm } = setUp();
    wheel.schedule(alarm('a'), 2 ** 32);
    time.advance(2 ** 32 - 1);
    expect(rung).toEqual([]);
    time.advance(11);
    expect(rung).toHaveLength(1);
  });

  it('arms one native timer for all entries, and none at rest', () => {
    const { time, wheel, alarm } = setUp();
    const entries = Array.from({ length: 100 }, (_, i) => alarm(`${i}`));
    for (const [i, entry] of entries.entries()) wheel.schedule(entry, 1000 - i * 7);
    expect([wheel.size, time.pendingTimers]).toEqual([100, 1]);
    for (const entry of entries) wheel.cancel(entry);
    expect([wheel.size, time.pendingTimers]).toEqual([0, 0]);
  });

  it('does not wake for slots that were emptied', () => {
    const { time, wheel, alarm } = setUp();
    const wakes: number[] = [];
    const setTimer = time.setTimer.bind(time);
    time.setTimer = (callback, delayMs) => {
      wakes.push(time.now() + delayMs);
      return setTimer(callback, delayMs);
    };
    const early = Array.from({ length: 50 }, (_, i) => alarm(`${i}`));
    wheel.schedule(alarm('late'), 5000);
    for (const [i, entry] of early.entries()) wheel.schedule(entry, 1000 + i * 10);
    for (const entry of early) wheel.cancel(entry);
    time.advance(6000);
    expect(wakes).toEqual([5000, 1000, 5000]);
  });

  it('reschedules an entry that is scheduled already, sooner or later', () => {
    const { time, wheel, rung, alarm } = setUp();
    const [a, b] = [alarm('a'), alarm('b')];
    wheel.schedule(a, 50);
    wheel.schedule(b, 50);
    wheel.schedule(a, 100);
    wheel.schedule(b, 20);
    expect(wheel.size).toBe(2);
    time.advance(200);
    expect(rung).toEqual(['b@20', 'a@100']);
  });

  it('never fires what is cancelled, also by another that is due in the same tick', () => {
    const { time, wheel, rung, alarm } = setUp();
    const second = alarm('second');
    wheel.schedule(
      alarm('first', () => expect(wheel.cancel(second)).toBe(true)),
      10,
    );
    wheel.schedule(second, 10);
    time.advance(100);
    expect(rung).toEqual(['first@10']);
    expect([wheel.cancel(second), second.scheduled, wheel.size]).toEqual([false, false, 0]);
  });

  it('lets an entry schedule itself again from within, without turning in place', () => {
    const { time, wheel, rung, alarm } = setUp();
    const again: TimerEntry = alarm('a', () => wheel.schedule(again, 0));
    wheel.schedule(again, 10);
    time.advance(40);
    expect(rung).toEqual(['a@10', 'a@20', 'a@30', 'a@40']);
  });

  it('fires all that are due although some throw, and goes on turning', () => {
    const { time, wheel, rung, alarm } = setUp();
    const fail = (): never => {
      throw new Error('boom');
    };
    wheel.schedule(alarm('a', fail), 10);
    wheel.schedule(alarm('b'), 10);
    wheel.schedule(alarm('c', fail), 10);
    wheel.schedule(alarm('d'), 500);
    expect(() => time.advance(10)).toThrow(AggregateError);
    time.advance(1000);
    expect(rung.map((it) => it[0])).toEqual(['a', 'b', 'c', 'd']);
  });

  it('fires in order after the process stood still for many turns', () => {
    const { time, wheel, rung, alarm } = setUp({ slots: 4 });
    for (const delay of [170, 30, 90, 10]) wheel.schedule(alarm(`${delay}`), delay);
    time.skip(3_600_000);
    time.advance(0);
    expect(rung.map((it) => Number.parseInt(it, 10))).toEqual([10, 30, 90, 170]);
  });

  it('delivers what has come in before it fires, when it wakes late', () => {
    const { time, wheel, rung, alarm } = setUp();
    const [answered, heard, silent] = [alarm('answered'), alarm('heard'), alarm('silent')];
    for (const entry of [answered, heard, silent]) wheel.schedule(entry, 100);
    time.skip(700);
    // Its timers run first, then it reads.
    time.setTimer(() => {
      wheel.cancel(answered);
      wheel.schedule(heard, 100);
      wheel.schedule(alarm('new'), 30);
    }, 0);
    time.advance(0);
    expect(rung).toEqual(['silent@700']);
    time.advance(1000);
    expect(rung).toEqual(['silent@700', 'new@730', 'heard@800']);
  });

  it('goes on turning when all that was due late was cancelled meanwhile', () => {
    const { time, wheel, rung, alarm } = setUp();
    const answered = alarm('answered');
    wheel.schedule(answered, 100);
    time.skip(700);
    time.setTimer(() => wheel.cancel(answered), 0);
    time.advance(0);
    expect([rung, wheel.size, time.pendingTimers]).toEqual([[], 0, 0]);
    wheel.schedule(alarm('next'), 50);
    time.advance(50);
    expect(rung).toEqual(['next@750']);
  });

  it('fires without delay when it wakes in time', () => {
    const { time, wheel, rung, alarm } = setUp();
    time.afterIo = () => {
      throw new Error('it was in time');
    };
    wheel.schedule(alarm('a'), 100);
    time.skip(110);
    time.advance(0);
    expect(rung).toEqual(['a@110']);
  });

  it('does not fire when the native timer comes early', () => {
    const { time, wheel, rung, alarm } = setUp();
    const setTimer = time.setTimer.bind(time);
    time.setTimer = (callback, delayMs) => setTimer(callback, delayMs > 1 ? delayMs - 1 : 1);
    wheel.schedule(alarm('a'), 20);
    time.advance(19);
    expect(rung).toEqual([]);
    time.advance(2);
    expect(rung).toHaveLength(1);
  });

  it('takes a delay in the past as due now, Infinity as never, and nothing but numbers', () => {
    const { time, wheel, rung, alarm } = setUp();
    const never = alarm('never');
    wheel.schedule(alarm('past'), -50);
    wheel.schedule(never, 10);
    wheel.schedule(never, Infinity);
    time.advance(1000);
    expect(rung).toEqual(['past@10']);
    expect(() => wheel.schedule(never, Number.NaN)).toThrow(RangeError);
    expect(() => new TimerWheel(time, { tickMs: 0 })).toThrow(RangeError);
    expect(() => new TimerWheel(time, { slots: 1.5 })).toThrow(RangeError);
  });

  it('drops everything when stopped', () => {
    const { time, wheel, rung, alarm } = setUp();
    const a = alarm('a');
    wheel.schedule(a, 10);
    wheel.stop();
    expect([a.scheduled, wheel.size, time.pendingTimers]).toEqual([false, 0, 0]);
    time.advance(100);
    expect(rung).toEqual([]);
  });
});

type Step =
  | { do: 'schedule'; id: number; delayMs: number }
  | { do: 'cancel'; id: number }
  | { do: 'advance'; ms: number };

const ids = fc.nat({ max: 9 });
/** Quarters, so that sums are exact and "never early" can be checked to the last digit. */
const quarters = (max: number) => fc.nat({ max: max * 4 }).map((n) => n / 4);
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('schedule' as const), id: ids, delayMs: quarters(400) }),
  fc.record({ do: fc.constant('cancel' as const), id: ids }),
  fc.record({ do: fc.constant('advance' as const), ms: quarters(150) }),
);

describe('TimerWheel against a list of due times', () => {
  it('is never early, at most a tick late, and fires exactly what is due', () => {
    const property = fc.property(
      fc.array(steps, { maxLength: 60 }),
      fc.constantFrom(1, 3, 8, 64),
      quarters(100),
      (script, slots, startMs) => {
        const time = new ManualTime(startMs);
        const wheel = new TimerWheel(time, { tickMs: 10, slots });
        const dueAt = new Map<number, number>();
        let lastTick = 0;
        const entries = Array.from({ length: 10 }, (_, id) => {
          return new Alarm(() => {
            const due = dueAt.get(id);
            expect(due).toBeDefined();
            expect(time.now()).toBeGreaterThanOrEqual(due!);
            // Up to a tick, and up to 1 ms because native timers count whole milliseconds.
            expect(time.now() - due!).toBeLessThanOrEqual(11);
            expect(Math.ceil(due! / 10)).toBeGreaterThanOrEqual(lastTick);
            lastTick = Math.ceil(due! / 10);
            dueAt.delete(id);
          });
        });
        for (const step of script) {
          if (step.do === 'advance') {
            time.advance(step.ms);
          } else if (step.do === 'cancel') {
            expect(wheel.cancel(entries[step.id]!)).toBe(dueAt.delete(step.id));
          } else {
            wheel.schedule(entries[step.id]!, step.delayMs);
            dueAt.set(step.id, time.now() + step.delayMs);
          }
          for (const due of dueAt.values()) expect(time.now()).toBeLessThan(due + 11);
          expect(wheel.size).toBe(dueAt.size);
          expect(time.pendingTimers).toBe(dueAt.size > 0 ? 1 : 0);
        }
        time.advance(1000);
        expect([dueAt.size, wheel.size, time.pendingTimers]).toEqual([0, 0, 0]);
      },
    );
    fc.assert(property, { seed: 7, numRuns: 500 });
  });
});
