import { describe, expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { AwakeTime } from './awake-time.ts';
import { TimerEntry, TimerWheel } from './timer-wheel.ts';

const setUp = (startMs = 0) => {
  const native = new ManualTime(startMs);
  const time = new AwakeTime(native, 1000);
  const beat = (): void => {
    time.now();
    native.setTimer(beat, 100);
  };
  return { native, time, beat };
};

describe('AwakeTime', () => {
  it('shows what the native clock shows while somebody reads it', () => {
    const { native, time, beat } = setUp(50);
    beat();
    native.advance(60_000);
    expect([time.now(), time.lostMs, time.wokeAt]).toEqual([60_050, 0, -Infinity]);
  });

  it('does not count a standstill', () => {
    const { native, time, beat } = setUp();
    beat();
    native.advance(500);
    native.skip(7000);
    expect([time.now(), time.lostMs, time.wokeAt]).toEqual([500, 7000, 500]);
    native.advance(1000);
    expect([time.now(), time.lostMs]).toEqual([1500, 7000]);
  });

  it('counts shorter pauses in full', () => {
    const { native, time } = setUp();
    native.skip(999);
    expect([time.now(), time.lostMs]).toEqual([999, 0]);
  });

  it('adds up standstills, and never turns back', () => {
    const { native, time } = setUp();
    const readings = [1000, 5, 3000, 90, 999_999].map((ms) => {
      native.skip(ms);
      return time.now();
    });
    expect(readings).toEqual([0, 5, 5, 95, 95]);
    expect(time.lostMs + time.now()).toBe(native.now());
  });

  it('refuses a standstill of no time', () => {
    expect(() => new AwakeTime(new ManualTime(), 0)).toThrow(/^standstillMs/);
  });
});

describe('A TimerWheel on AwakeTime', () => {
  it('leaves each entry as much time after a standstill as before, and fires the silent ones then', () => {
    const { native, time, beat } = setUp();
    beat();
    const wheel = new TimerWheel(time);
    const rung: string[] = [];
    class Alarm extends TimerEntry {
      override onExpire(): void {
        rung.push(`${time.now()}`);
      }
    }
    wheel.schedule(new Alarm(), 400);
    wheel.schedule(new Alarm(), 4000);
    native.advance(300);
    native.skip(3_600_000);
    native.advance(0);
    expect(rung).toEqual([]);
    native.advance(3700);
    expect(rung).toEqual(['400', '4000']);
  });
});
