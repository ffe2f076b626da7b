import { describe, expect, it } from 'vitest';
import { ManualTime, seededRandom } from '../testing.ts';
import { Breaker, type BreakerOptions } from './breaker.ts';

const setUp = (options: Partial<BreakerOptions> = {}) => {
  const time = new ManualTime();
  const transitions: string[] = [];
  const breaker = new Breaker({
    threshold: 3,
    openMs: 60_000,
    probes: 1,
    probeLeaseMs: 5_000,
    time,
    onTransition: (from, to, reason) => transitions.push(`${from.name} ${to.name} ${reason}`),
    ...options,
  });
  const fail = (times: number): void => {
    for (let i = 0; i < times; i++) breaker.settle(breaker.acquire(), 'failure');
  };
  const trip = (): void => fail(options.threshold ?? 3);
  return { time, breaker, transitions, fail, trip };
};

describe('Breaker', () => {
  it('opens after consecutive failures, refuses until the time is over, and closes after a good probe', () => {
    const { time, breaker, transitions, trip } = setUp();
    trip();
    expect([breaker.state, breaker.consecutiveFailures, breaker.openedTotal]).toEqual([
      { name: 'open', until: 60_000 },
      3,
      1,
    ]);
    time.advance(59_999);
    expect([breaker.allows(), breaker.acquire(), breaker.retryInMs()]).toEqual([false, 0, 1]);
    time.advance(1);
    expect([breaker.allows(), breaker.retryInMs()]).toEqual([true, 0]);
    expect(breaker.settle(breaker.acquire(), 'success')).toBe(true);
    expect([breaker.state, breaker.consecutiveFailures]).toEqual([{ name: 'closed' }, 0]);
    expect(transitions).toEqual([
      'closed open consecutive_failures',
      'open half_open open_time_over',
      'half_open closed probes_succeeded',
    ]);
  });

  it('starts counting anew after a success', () => {
    const { breaker, fail } = setUp();
    fail(2);
    breaker.settle(breaker.acquire(), 'success');
    fail(2);
    expect([breaker.state.name, breaker.consecutiveFailures]).toEqual(['closed', 2]);
  });

  it('opens again, for the whole time, when the probe fails', () => {
    const { time, breaker, trip } = setUp();
    trip();
    time.advance(70_000);
    breaker.settle(breaker.acquire(), 'failure');
    expect([breaker.state, breaker.openedTotal, breaker.retryInMs()]).toEqual([
      { name: 'open', until: 130_000 },
      2,
      60_000,
    ]);
  });

  it('takes nothing by being asked whether it allows', () => {
    const { time, breaker, trip } = setUp();
    trip();
    time.advance(60_000);
    expect([breaker.allows(), breaker.allows(), breaker.state.name]).toEqual([true, true, 'open']);
    expect(breaker.acquire()).not.toBe(0);
    expect(breaker.allows()).toBe(false);
  });

  it('closes only when all probes have succeeded, and admits no more than those', () => {
    const { time, breaker, trip } = setUp({ probes: 3 });
    trip();
    time.advance(60_000);
    const probes = [breaker.acquire(), breaker.acquire(), breaker.acquire()] as const;
    expect([probes.includes(0), breaker.acquire()]).toEqual([false, 0]);
    breaker.settle(probes[0], 'success');
    expect([breaker.state.name, breaker.allows()]).toEqual(['half_open', false]);
    breaker.settle(probes[1], 'success');
    breaker.settle(probes[2], 'success');
    expect(breaker.state.name).toBe('closed');
  });

  it('settles a ticket once, also when its slot is in use again', () => {
    const { breaker } = setUp();
    const ticket = breaker.acquire();
    expect(breaker.settle(ticket, 'failure')).toBe(true);
    breaker.acquire();
    expect([breaker.settle(ticket, 'failure'), breaker.settle(0, 'failure')]).toEqual([
      false,
      false,
    ]);
    expect(breaker.consecutiveFailures).toBe(1);
  });

  it('is off with threshold 0', () => {
    const { breaker, fail } = setUp({ threshold: 0 });
    fail(1000);
    expect([breaker.allows(), breaker.state.name, breaker.consecutiveFailures]).toEqual([
      true,
      'closed',
      1000,
    ]);
  });

  it('has tickets for as many attempts as there can be', () => {
    const { breaker } = setUp();
    const tickets = Array.from({ length: 10_000 }, () => breaker.acquire());
    expect(new Set(tickets).size).toBe(10_000);
    expect(tickets.every((ticket) => breaker.settle(ticket, 'success'))).toBe(true);
  });

  it('is not disturbed by an observer that throws, or that asks to pass from within', () => {
    const { time, breaker, trip } = setUp({
      onTransition: (_from, to) => {
        if (to.name === 'half_open') expect(breaker.acquire()).not.toBe(0);
        throw new Error('boom');
      },
    });
    trip();
    time.advance(60_000);
    expect([breaker.acquire(), breaker.state.name]).toEqual([0, 'half_open']);
  });

  it('refuses misuse with a RangeError that names the field', () => {
    expect(() => setUp({ threshold: -1 })).toThrow(/^threshold/);
    expect(() => setUp({ openMs: Number.NaN })).toThrow(/^openMs/);
    expect(() => setUp({ probes: 0 })).toThrow(/^probes/);
    expect(() => setUp({ probeLeaseMs: 0 })).toThrow(/^probeLeaseMs/);
    expect(() => setUp({ probeLeaseMs: Infinity })).toThrow(RangeError);
  });
});

describe('Breaker, defects seen elsewhere', () => {
  it('a late failure from before the trip leaves half-open alone (seen: it re-opened half-open, and the good probe was ignored)', () => {
    const { time, breaker, trip } = setUp();
    const late = breaker.acquire();
    trip();
    time.advance(60_000);
    const probe = breaker.acquire();
    expect([breaker.settle(late, 'failure'), breaker.state.name]).toEqual([false, 'half_open']);
    expect([breaker.settle(probe, 'success'), breaker.state.name]).toEqual([true, 'closed']);
  });

  it('a late success from before the trip closes nothing, open or half-open', () => {
    const { time, breaker, trip } = setUp();
    const [first, second] = [breaker.acquire(), breaker.acquire()];
    trip();
    expect([breaker.settle(first, 'success'), breaker.state.name]).toEqual([false, 'open']);
    time.advance(60_000);
    breaker.acquire();
    expect([breaker.settle(second, 'success'), breaker.state.name]).toEqual([false, 'half_open']);
  });

  it('a result from before the trip counts no more after closing again', () => {
    const { time, breaker, trip } = setUp();
    const late = breaker.acquire();
    trip();
    time.advance(60_000);
    breaker.settle(breaker.acquire(), 'success');
    expect([breaker.settle(late, 'failure'), breaker.consecutiveFailures]).toEqual([false, 0]);
  });

  it('excess is refused at once in half-open, with the time to come back (seen: callers parked without bound)', () => {
    const { time, breaker, trip } = setUp();
    trip();
    time.advance(60_000);
    breaker.acquire();
    time.advance(1_000);
    const excess = Array.from({ length: 100 }, () => breaker.acquire());
    expect(excess.every((ticket) => ticket === 0)).toBe(true);
    expect([breaker.retryInMs(), time.pendingTimers]).toEqual([4_000, 0]);
  });

  it('while half-open it says to come back after the time open at most (seen: 316 s for one of 1 s)', () => {
    const { time, breaker, trip } = setUp({
      openMs: 1_000,
      openGrowth: 2,
      maxOpenMs: 10_000,
      openJitter: 1,
      random: () => 0.9,
      probeLeaseMs: 316_000,
    });
    trip();
    time.advance(1_900);
    const probe = breaker.acquire();
    expect([breaker.retryInMs(), breaker.allows()]).toEqual([1_000, false]);
    breaker.settle(probe, 'failure');
    time.advance(3_800);
    breaker.acquire();
    expect([breaker.state.name, breaker.retryInMs()]).toEqual(['half_open', 2_000]);
    time.advance(315_500);
    expect(breaker.retryInMs()).toBe(500);
    time.advance(500);
    expect([breaker.retryInMs(), breaker.allows()]).toEqual([0, true]);
  });

  it('lets nobody in beside the probe though it is open for no time at all', () => {
    const { breaker, trip } = setUp({ openMs: 0 });
    trip();
    breaker.acquire();
    expect([breaker.state.name, breaker.allows(), breaker.acquire()]).toEqual([
      'half_open',
      false,
      0,
    ]);
  });

  it('a probe that hangs lapses and the next one goes (seen: half-open for six days, 49,607 refusals)', () => {
    const { time, breaker, trip } = setUp();
    trip();
    time.advance(60_000);
    const hung = breaker.acquire();
    time.advance(4_999);
    expect(breaker.acquire()).toBe(0);
    time.advance(1);
    const next = breaker.acquire();
    expect(next).not.toBe(0);
    expect([breaker.settle(hung, 'failure'), breaker.state.name]).toEqual([false, 'half_open']);
    expect([breaker.settle(next, 'success'), breaker.state.name]).toEqual([true, 'closed']);
  });

  it('a lapsed probe is stale also when no other has taken its place', () => {
    const { time, breaker, trip } = setUp();
    trip();
    time.advance(60_000);
    const hung = breaker.acquire();
    time.advance(5_000);
    expect([breaker.settle(hung, 'success'), breaker.state.name]).toEqual([false, 'half_open']);
    expect(breaker.allows()).toBe(true);
  });

  it('probes that never settle do not use up the tickets', () => {
    const { time, breaker, trip } = setUp();
    trip();
    time.advance(60_000);
    for (let i = 0; i < 70_000; i++) {
      expect(breaker.acquire()).not.toBe(0);
      time.advance(5_000);
    }
  });

  it('what says nothing about the upstream counts neither way (seen: a limiter’s own refusals opened the breaker)', () => {
    const { breaker, fail } = setUp();
    fail(2);
    for (let i = 0; i < 100; i++) {
      expect(breaker.settle(breaker.acquire(), 'ignored')).toBe(true);
    }
    expect([breaker.state.name, breaker.consecutiveFailures]).toEqual(['closed', 2]);
  });

  it('an ignored probe gives its place to the next at once', () => {
    const { time, breaker, trip } = setUp();
    trip();
    time.advance(60_000);
    breaker.settle(breaker.acquire(), 'ignored');
    expect([breaker.state.name, breaker.allows()]).toEqual(['half_open', true]);
  });
});

describe('Breaker with several rules', () => {
  const failureRate = { share: 0.5, windowMs: 10_000, minimumCalls: 10 };
  const slowCallRate = { ...failureRate, slowMs: 2_000 };

  it('is opened by the first rule that has enough, and names it', () => {
    const { breaker, transitions } = setUp({ threshold: 5, rules: { failure_rate: failureRate } });
    for (let i = 0; breaker.state.name === 'closed' && i < 100; i++) {
      breaker.settle(breaker.acquire(), i % 2 === 0 ? 'failure' : 'success');
    }
    expect(transitions).toEqual(['closed open failure_rate']);
  });

  it('opens when calls are old, although none has ended', () => {
    const { time, breaker, transitions } = setUp({ rules: { slow_call_rate: slowCallRate } });
    const tickets = Array.from({ length: 10 }, () => breaker.acquire());
    time.advance(1_999);
    expect(breaker.allows()).toBe(true);
    time.advance(1);
    expect([breaker.allows(), transitions]).toEqual([false, ['closed open slow_call_rate']]);
    expect(tickets.map((ticket) => breaker.settle(ticket, 'success'))).not.toContain(true);
  });

  it('does not count a long stream as slow once it was answered', () => {
    const { time, breaker } = setUp({ rules: { slow_call_rate: slowCallRate } });
    for (let i = 0; i < 50; i++) breaker.answered(breaker.acquire());
    time.advance(600_000);
    expect(breaker.allows()).toBe(true);
  });

  it('takes a slow probe for a failed one', () => {
    const { time, breaker, transitions, trip } = setUp({ rules: { slow_call_rate: slowCallRate } });
    trip();
    time.advance(60_000);
    const probe = breaker.acquire();
    time.advance(2_500);
    breaker.settle(probe, 'success');
    expect(transitions.at(-1)).toBe('half_open open probe_failed');
  });

  it('judges anew after closing', () => {
    const { time, breaker, fail } = setUp({
      threshold: 0,
      rules: { failure_rate: { ...failureRate, windowMs: 1e6 } },
    });
    fail(10);
    time.advance(60_000);
    breaker.settle(breaker.acquire(), 'success');
    fail(9);
    expect(breaker.state.name).toBe('closed');
    fail(1);
    expect(breaker.state.name).toBe('open');
  });
});

describe('Breaker, time open', () => {
  const openFor = (breaker: Breaker, now: number): number =>
    breaker.state.name === 'open' ? breaker.state.until - now : 0;

  it('grows while probes fail, also when it closes in between only to trip again, and starts over after a good while', () => {
    const { time, breaker, trip } = setUp({ openMs: 1000, openGrowth: 2, maxOpenMs: 5000 });
    trip();
    const times = [openFor(breaker, time.now())];
    for (let i = 0; i < 3; i++) {
      time.advance(breaker.retryInMs());
      breaker.settle(breaker.acquire(), 'failure');
      times.push(openFor(breaker, time.now()));
    }
    time.advance(5000);
    breaker.settle(breaker.acquire(), 'success');
    trip();
    times.push(openFor(breaker, time.now()));
    time.advance(5000);
    breaker.settle(breaker.acquire(), 'success');
    time.advance(1000);
    trip();
    times.push(openFor(breaker, time.now()));
    expect(times).toEqual([1000, 2000, 4000, 5000, 5000, 1000]);
  });

  it('lasts until the upstream wants to be asked again', () => {
    const { time, breaker } = setUp({ openMs: 1000 });
    breaker.settle(breaker.acquire(), 'failure', 20_000);
    time.advance(5_000);
    breaker.settle(breaker.acquire(), 'failure');
    breaker.settle(breaker.acquire(), 'failure');
    expect(breaker.retryInMs()).toBe(15_000);
  });
});

describe('Breaker, ramp after closing', () => {
  it('lets a growing share in, refuses the rest by its own name, and holds up nobody who is in', () => {
    const ramp = { fromShare: 0.1, durationMs: 10_000 };
    const { time, breaker, trip } = setUp({ ramp, random: seededRandom(3) });
    trip();
    expect(breaker.refusal()).toBe('open');
    time.advance(60_000);
    expect(breaker.refusal()).toBe(null);
    const probe = breaker.acquire();
    expect(breaker.refusal()).toBe('half_open');
    breaker.settle(probe, 'success');
    const admitted = (): number => {
      const refusals = Array.from({ length: 10_000 }, () => breaker.refusal());
      expect(refusals.every((it) => it === null || it === 'ramp')).toBe(true);
      return refusals.filter((it) => it === null).length / 10_000;
    };
    expect([breaker.rampShare, breaker.acquire() !== 0]).toEqual([0.1, true]);
    expect(admitted()).toBeCloseTo(0.1, 1);
    time.advance(5_000);
    expect(admitted()).toBeCloseTo(0.55, 1);
    time.advance(5_000);
    expect(admitted()).toBe(1);
  });

  it('is not there at the start, nor unless asked for', () => {
    const ramp = { fromShare: 0.1, durationMs: 10_000 };
    expect([setUp({ ramp }).breaker.rampShare, setUp().breaker.refusal()]).toEqual([1, null]);
  });

  it('refuses misuse with a RangeError', () => {
    expect(() => setUp({ ramp: { fromShare: 0, durationMs: 1 } })).toThrow(/^fromShare/);
    expect(() => setUp({ openGrowth: 0.5 })).toThrow(/^openGrowth/);
  });

  it('goes by other options from now on, and stays as open and as near to opening as it was', () => {
    const { breaker, fail, time } = setUp();
    fail(2);
    breaker.reconfigure({ threshold: 2, openMs: 1000, probes: 2, probeLeaseMs: 5_000 });
    expect([breaker.state.name, breaker.consecutiveFailures]).toEqual(['closed', 2]);
    fail(1);
    expect(breaker.state).toEqual({ name: 'open', until: 1000 });
    breaker.reconfigure({ threshold: 9, openMs: 60_000, probes: 2, probeLeaseMs: 5_000 });
    expect(breaker.state).toEqual({ name: 'open', until: 1000 });
    time.advance(1000);
    const probes = [breaker.acquire(), breaker.acquire(), breaker.acquire()];
    expect(probes.map((ticket) => ticket !== 0)).toEqual([true, true, false]);
  });

  it('ignores what was under way when its options changed', () => {
    const { breaker } = setUp({ threshold: 1 });
    const ticket = breaker.acquire();
    breaker.reconfigure({ threshold: 1, openMs: 1000, probes: 1, probeLeaseMs: 5_000 });
    expect(breaker.settle(ticket, 'failure')).toBe(false);
    expect(breaker.state.name).toBe('closed');
  });

  it('hears of what was under way when the same options were put in force again', () => {
    const rules = { failure_rate: { share: 0.5, minimumCalls: 2, windowMs: 10_000 } };
    const { breaker } = setUp({ threshold: 1, rules });
    const ticket = breaker.acquire();
    breaker.reconfigure({ threshold: 1, openMs: 60_000, probes: 1, probeLeaseMs: 5_000, rules });
    expect(breaker.settle(ticket, 'failure')).toBe(true);
    expect(breaker.state.name).toBe('open');
  });
});
