import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Breaker, type BreakerResult, type Ticket } from './breaker.ts';
import { ManualTime } from './testing.ts';

/** The reference automaton: every ticket remembers the period it belongs to. */
interface Model {
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
  tickets: { period: number; expiresAt: number; settled: boolean }[];
}

interface Real {
  time: ManualTime;
  breaker: Breaker;
  tickets: Ticket[];
  transitions: string[];
}

const enter = (model: Model, state: Model['state']): void => {
  model.state = state;
  model.period++;
  model.succeeded = 0;
  if (state === 'closed') model.failures = 0;
  if (state === 'open') {
    model.opened++;
    model.until = model.now + model.openMs;
  }
};

const probing = (model: Model) =>
  model.tickets.filter(
    (it) => it.period === model.period && !it.settled && it.expiresAt > model.now,
  );

const retryInMs = (model: Model): number => {
  if (model.state === 'closed') return 0;
  if (model.state === 'open') return Math.max(0, model.until - model.now);
  const out = probing(model);
  if (out.length + model.succeeded < model.probes) return 0;
  return Math.min(...out.map((it) => it.expiresAt)) - model.now;
};

const settleInModel = (model: Model, nth: number, result: BreakerResult): boolean => {
  const ticket = model.tickets[nth]!;
  const stale = ticket.settled || ticket.period !== model.period || ticket.expiresAt <= model.now;
  ticket.settled = true;
  if (stale) return false;
  if (result === 'failure') {
    model.failures++;
    const tripped = model.threshold > 0 && model.failures >= model.threshold;
    if (model.state === 'half_open' || tripped) enter(model, 'open');
  } else if (result === 'success' && model.state === 'closed') {
    model.failures = 0;
  } else if (result === 'success' && ++model.succeeded === model.probes) {
    enter(model, 'closed');
  }
  return true;
};

type Command = fc.Command<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => void): Command => ({
  check: () => true,
  run(model, real) {
    run(model, real);
    const { breaker } = real;
    expect([breaker.state.name, breaker.openedTotal, breaker.consecutiveFailures]).toEqual([
      model.state,
      model.opened,
      model.failures,
    ]);
    expect(breaker.retryInMs()).toBe(retryInMs(model));
    expect(breaker.allows()).toBe(retryInMs(model) === 0);
    expect(real.transitions).toHaveLength(model.period);
    if (model.state === 'half_open') {
      expect(probing(model).length).toBeLessThanOrEqual(model.probes);
    }
  },
  toString: () => name,
});

const acquire = command('acquire', (model, real) => {
  const ticket = real.breaker.acquire();
  expect(ticket !== 0).toBe(retryInMs(model) === 0);
  if (ticket === 0) return;
  if (model.state === 'open') enter(model, 'half_open');
  const expiresAt = model.state === 'half_open' ? model.now + model.leaseMs : Infinity;
  model.tickets.push({ period: model.period, expiresAt, settled: false });
  real.tickets.push(ticket);
});

/** Any ticket ever given, those settled or out of date included; `fromLast` prefers the recent. */
const settle = (fromLast: number, result: BreakerResult): Command =>
  command(`settle(${fromLast}, ${result})`, (model, real) => {
    const nth = real.tickets.length - 1 - fromLast;
    if (nth < 0) return;
    const counted = real.breaker.settle(real.tickets[nth]!, result);
    expect(counted).toBe(settleInModel(model, nth, result));
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
    fc.nat(25).map(advance),
  ],
  { maxCommands: 120, size: '+2' },
);

it('the breaker equals its reference automaton', { timeout: 60_000 }, () => {
  const reached = { closed: 0, open: 0, half_open: 0 };
  const property = fc.property(
    commands,
    fc.nat(2),
    fc.integer({ min: 1, max: 3 }),
    (script, threshold, probes) => {
      fc.modelRun(() => {
        const time = new ManualTime();
        const transitions: string[] = [];
        const breaker = new Breaker({
          threshold,
          openMs: 20,
          probes,
          probeLeaseMs: 12,
          time,
          onTransition: (_from, to) => {
            transitions.push(to.name);
            reached[to.name]++;
          },
        });
        const model: Model = {
          ...{ threshold, openMs: 20, probes, leaseMs: 12, now: 0 },
          ...{ state: 'closed', until: 0, period: 0, failures: 0, succeeded: 0, opened: 0 },
          tickets: [],
        };
        return { model, real: { time, breaker, tickets: [], transitions } };
      }, script);
    },
  );
  fc.assert(property, { seed: 42, numRuns: 500 });
  // Not a walk in the closed state only: all three were entered often.
  for (const times of Object.values(reached)) expect(times).toBeGreaterThan(50);
});
