import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { Breaker, type BreakerResult } from './breaker.ts';
import type { Ticket } from './breaker-tickets.ts';

const windowMs = 100;
const bucketMs = windowMs / 10;
const slowMs = 15;
/** Plain lists instead of rings, sums and queues. */
interface Rate {
  readonly share: number;
  readonly minimumCalls: number;
  calls: { at: number; bad: boolean }[];
}

/** The reference automaton: every ticket remembers the period it belongs to. */
interface Model {
  readonly failureRate: Rate | null;
  readonly slowRate: Rate | null;
  readonly growth: number;
  closedAt: number;
  reopenings: number;
  retryAt: number;
  reason: string;
  readonly threshold: number;
  readonly openMs: number;
  readonly probes: number;
  readonly leaseMs: number;
  now: number;
  state: 'closed' | 'open' | 'half_open';
  until: number;
  /** Counts transitions. */
  period: number;
  failures: number;
  succeeded: number;
  opened: number;
  tickets: {
    period: number;
    expiresAt: number;
    settled: boolean;
    issuedAt: number;
    answered: boolean;
    slow: boolean;
  }[];
}

interface Real {
  time: ManualTime;
  breaker: Breaker;
  tickets: Ticket[];
  transitions: string[];
}

const enter = (model: Model, state: Model['state'], reason: string): void => {
  model.state = state;
  model.reason = reason;
  model.period++;
  model.succeeded = 0;
  if (state === 'closed') {
    model.failures = 0;
    model.closedAt = model.now;
    for (const rate of [model.failureRate, model.slowRate]) if (rate) rate.calls = [];
  }
  if (state === 'open') {
    model.opened++;
    model.reopenings++;
    model.until = Math.max(model.now + openTimeMs(model), model.retryAt);
    model.retryAt = 0;
  }
};

const trip = (model: Model, reason: string): void => {
  if (model.now - model.closedAt >= model.openMs) model.reopenings = -1;
  enter(model, 'open', reason);
};

/** True when there are too many bad ones. */
const hear = (model: Model, rate: Rate | null, bad: boolean): boolean => {
  if (rate === null) return false;
  rate.calls.push({ at: model.now, bad });
  const bucket = (at: number): number => Math.floor(at / bucketMs);
  const recent = rate.calls.filter((it) => bucket(model.now) - bucket(it.at) < 10);
  const share = recent.filter((it) => it.bad).length / recent.length;
  return bad && recent.length >= rate.minimumCalls && share >= rate.share;
};

const isSlow = (model: Model, it: Model['tickets'][number]): boolean =>
  it.slow || (!it.answered && model.slowRate !== null && model.now - it.issuedAt >= slowMs);

/** What time alone has done. */
const noticeSlow = (model: Model): void => {
  for (const it of model.tickets) {
    if (model.state !== 'closed') return;
    if (it.settled || it.slow || it.period !== model.period || !isSlow(model, it)) continue;
    it.slow = true;
    if (hear(model, model.slowRate, true)) trip(model, 'slow_call_rate');
  }
};

const probing = (model: Model) =>
  model.tickets.filter(
    (it) => it.period === model.period && !it.settled && it.expiresAt > model.now,
  );

const waitMs = (model: Model): number => {
  if (model.state === 'closed') return 0;
  if (model.state === 'open') return Math.max(0, model.until - model.now);
  const out = probing(model);
  if (out.length + model.succeeded < model.probes) return 0;
  return Math.min(...out.map((it) => it.expiresAt)) - model.now;
};

const openTimeMs = (model: Model): number =>
  Math.min(model.openMs * model.growth ** model.reopenings, 3 * model.openMs);

const retryInMs = (model: Model): number =>
  model.state === 'half_open' ? Math.min(waitMs(model), openTimeMs(model)) : waitMs(model);

const settleInModel = (
  model: Model,
  nth: number,
  result: BreakerResult,
  retryAfterMs: number,
): boolean => {
  const ticket = model.tickets[nth]!;
  if (ticket.settled || ticket.period !== model.period) {
    ticket.settled = true;
    return false;
  }
  ticket.settled = true;
  if (ticket.expiresAt <= model.now) return false;
  if (result === 'failure') model.retryAt = Math.max(model.retryAt, model.now + retryAfterMs);
  if (model.state === 'half_open') {
    if (result === 'failure' || (result === 'success' && isSlow(model, ticket))) {
      model.failures++;
      enter(model, 'open', 'probe_failed');
    } else if (result === 'success' && ++model.succeeded === model.probes) {
      enter(model, 'closed', 'probes_succeeded');
    }
    return true;
  }
  if (result === 'ignored') return true;
  const failed = result === 'failure';
  model.failures = failed ? model.failures + 1 : 0;
  if (model.threshold > 0 && model.failures >= model.threshold) {
    trip(model, 'consecutive_failures');
  } else if (hear(model, model.failureRate, failed)) {
    trip(model, 'failure_rate');
  } else if (!ticket.slow) {
    hear(model, model.slowRate, false);
  }
  return true;
};

type Command = fc.Command<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => void): Command => ({
  check: () => true,
  run(model, real) {
    run(model, real);
    const { breaker } = real;
    noticeSlow(model);
    breaker.check();
    expect([breaker.state.name, breaker.openedTotal, breaker.consecutiveFailures]).toEqual([
      model.state,
      model.opened,
      model.failures,
    ]);
    expect(breaker.retryInMs()).toBe(retryInMs(model));
    expect(breaker.allows()).toBe(waitMs(model) === 0);
    expect(real.transitions).toHaveLength(model.period);
    expect(real.transitions.at(-1) ?? '').toBe(model.reason);
    if (model.state === 'half_open') {
      expect(probing(model).length).toBeLessThanOrEqual(model.probes);
    }
  },
  toString: () => name,
});

const acquire = command('acquire', (model, real) => {
  const ticket = real.breaker.acquire();
  expect(ticket !== 0).toBe(waitMs(model) === 0);
  if (ticket === 0) return;
  if (model.state === 'open') enter(model, 'half_open', 'open_time_over');
  const expiresAt = model.state === 'half_open' ? model.now + model.leaseMs : Infinity;
  const born = { issuedAt: model.now, settled: false, answered: false, slow: false };
  model.tickets.push({ period: model.period, expiresAt, ...born });
  real.tickets.push(ticket);
});

/** Any ticket ever given, those settled or out of date included; `fromLast` prefers the recent. */
const settle = (fromLast: number, result: BreakerResult, retryAfterMs = 0): Command =>
  command(`settle(${fromLast}, ${result}, ${retryAfterMs})`, (model, real) => {
    const nth = real.tickets.length - 1 - fromLast;
    if (nth < 0) return;
    const counted = real.breaker.settle(real.tickets[nth]!, result, retryAfterMs);
    expect(counted).toBe(settleInModel(model, nth, result, retryAfterMs));
  });

const answer = (fromLast: number): Command =>
  command(`answer(${fromLast})`, (model, real) => {
    const nth = real.tickets.length - 1 - fromLast;
    if (nth < 0) return;
    real.breaker.answered(real.tickets[nth]!);
    const ticket = model.tickets[nth]!;
    const current = !ticket.settled && ticket.period === model.period;
    if (current && !ticket.slow) ticket.answered = true;
  });

const advance = (ms: number): Command =>
  command(`advance(${ms})`, (model, real) => {
    real.time.advance(ms);
    model.now += ms;
  });

const results = fc.constantFrom<BreakerResult>('failure', 'success', 'ignored');

const commands = fc.commands(
  [
    fc.constant(acquire),
    fc.constant(acquire),
    fc.tuple(fc.nat(6), results).map(([fromLast, result]) => settle(fromLast, result)),
    fc.tuple(fc.constant(0), results).map(([fromLast, result]) => settle(fromLast, result)),
    fc.tuple(fc.nat(6), fc.nat(90)).map(([fromLast, ms]) => settle(fromLast, 'failure', ms)),
    fc.nat(4).map(answer),
    fc.nat(25).map(advance),
  ],
  { maxCommands: 120, size: '+2' },
);

const rates = fc.option(
  fc.record({ share: fc.constantFrom(0.3, 0.5, 1), minimumCalls: fc.integer({ min: 1, max: 6 }) }),
  { nil: null },
);

it('the breaker equals its reference automaton', { timeout: 60_000 }, () => {
  const reached: Record<string, number> = {};
  const property = fc.property(
    commands,
    fc.nat(3),
    fc.integer({ min: 1, max: 3 }),
    rates,
    rates,
    fc.constantFrom(1, 2),
    fc.constantFrom(12, 30),
    (script, threshold, probes, failure, slow, growth, leaseMs) => {
      fc.modelRun(() => {
        const time = new ManualTime();
        const transitions: string[] = [];
        const breaker = new Breaker({
          ...{ threshold, openMs: 20, openGrowth: growth, maxOpenMs: 60 },
          ...{ probes, probeLeaseMs: leaseMs, time },
          rules: {
            ...(failure && { failure_rate: { ...failure, windowMs } }),
            ...(slow && { slow_call_rate: { ...slow, windowMs, slowMs } }),
          },
          onTransition: (_from, _to, reason) => {
            transitions.push(reason);
            reached[reason] = (reached[reason] ?? 0) + 1;
          },
        });
        const model: Model = {
          ...{ threshold, openMs: 20, growth, probes, leaseMs, now: 0 },
          ...{ state: 'closed', until: 0, period: 0, failures: 0, succeeded: 0, opened: 0 },
          ...{ closedAt: -Infinity, reopenings: -1, retryAt: 0, reason: '' },
          failureRate: failure && { ...failure, calls: [] },
          slowRate: slow && { ...slow, calls: [] },
          tickets: [],
        };
        return { model, real: { time, breaker, tickets: [], transitions } };
      }, script);
    },
  );
  fc.assert(property, { seed: 42, numRuns: 800 });
  // Not a walk in the closed state only: every way from state to state was taken often.
  const reasons = ['consecutive_failures', 'failure_rate', 'slow_call_rate', 'open_time_over'];
  for (const reason of [...reasons, 'probe_failed', 'probes_succeeded']) {
    expect([reason, (reached[reason] ?? 0) > 40]).toEqual([reason, true]);
  }
});
