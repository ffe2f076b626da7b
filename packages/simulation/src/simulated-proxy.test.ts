import { expect, it } from 'vitest';
import { SimulatedBackend } from './backend.ts';
import type { Call, CallEnding, OpenCall } from './front-door.ts';
import { PhaseScript } from './phase-script.ts';
import type { BackendSettings, ProxySettings } from './scenario.ts';
import { SimulatedProxy } from './simulated-proxy.ts';
import { scenario } from './testing/scenarios.ts';
import { VirtualTime } from './virtual-time.ts';

/** Requests one by one, each as long as it says. */
function world(changes: { proxy?: Partial<ProxySettings>; backend?: Partial<BackendSettings> }) {
  const { proxy: settings, backend: backendSettings, groups } = scenario(changes);
  const time = new VirtualTime();
  const backend = new SimulatedBackend(backendSettings, new PhaseScript([]), time);
  const luck = (): number => 0.5;
  const jitter = luck;
  const hooks = {};
  const protection = 'proxy';
  const proxy = new SimulatedProxy({ settings, protection, backend, time, luck, jitter, hooks });
  const ended: [name: string, atMs: number, ending: CallEnding['outcome']][] = [];
  const open = (name: string, serviceMs: number): OpenCall => {
    const call: Call = {
      group: groups[0]!,
      serviceMs,
      onEnding: ({ outcome }) => ended.push([name, time.now(), outcome]),
    };
    return proxy.open(call);
  };
  return { time, proxy, backend, ended, open };
}

const one = { maxConcurrentRequests: 1, maxQueueSize: 1 };

it('gives the place of a client that leaves the line to the next one', () => {
  const { time, proxy, ended, open } = world({ proxy: one });
  open('a', 100);
  const leaving = open('b', 100);
  open('c', 100);
  time.run(50);
  expect(leaving.leave()).toEqual({ outcome: 'client_gone', queueWaitMs: 50, attempts: 0 });
  expect(proxy.queued).toBe(0);
  open('d', 100);
  time.run(1000);
  expect(ended).toEqual([
    ['c', 0, 'queue_full'],
    ['a', 100, 'ok'],
    ['d', 200, 'ok'],
  ]);
});

it('gives the permit of a client that leaves on at once, while the backend may work on', () => {
  const { time, proxy, backend, ended, open } = world({ proxy: one });
  const leaving = open('a', 100);
  open('b', 100);
  time.run(30);
  expect(leaving.leave()).toEqual({ outcome: 'client_gone', queueWaitMs: 0, attempts: 1 });
  expect([backend.busy, proxy.permits.inFlight]).toEqual([2, 1]);
  time.run(1000);
  expect(ended).toEqual([['b', 130, 'ok']]);
  expect([proxy.life.underWay, proxy.permits.inFlight]).toEqual([0, 0]);
});

it('waits before another attempt without holding a permit', () => {
  const { time, proxy, ended, open } = world({
    proxy: { ...one, maxRetries: 1, retryBackoffFactor: 0.2 },
    backend: { failing: 0.6, errors: 'slow' },
  });
  open('a', 10);
  time.run(20);
  // Half of 200 ms, since chance says 0.5 here.
  expect([proxy.permits.inFlight, proxy.retryBudget.retrying]).toEqual([0, 1]);
  time.run(200);
  expect(ended).toEqual([['a', expect.any(Number), 'upstream_error']]);
  expect([proxy.life.underWay, proxy.retryBudget.retrying]).toEqual([0, 0]);
});

it('ends a client that leaves between two attempts, and its place in the budget', () => {
  const { time, proxy, ended, open } = world({
    proxy: { maxRetries: 1, retryBackoffFactor: 0.2 },
    backend: { failing: 0.6, errors: 'slow' },
  });
  const leaving = open('a', 10);
  time.run(20);
  expect(leaving.leave()).toMatchObject({ outcome: 'client_gone', attempts: 1 });
  time.run(1000);
  expect(ended).toEqual([]);
  expect([proxy.life.underWay, proxy.retryBudget.retrying]).toEqual([0, 0]);
});

it('ends a request at --request-timeout, and sends none that would be late', () => {
  const { time, proxy, ended, open } = world({
    proxy: { ...one, requestTimeoutMs: 700, firstByteTimeoutMs: 10_000 },
  });
  open('served', 600);
  open('at the backend', 600);
  time.run(650);
  open('in line', 600);
  time.run(2000);
  expect(ended).toEqual([
    ['served', 600, 'ok'],
    ['at the backend', 700, 'http_response_timeout'],
    ['in line', 1300, 'ok'],
  ]);
  // By now it is known how long one takes.
  open('first', 900);
  open('too late', 900);
  time.run(5000);
  expect(ended.slice(3)).toEqual([
    ['too late', 2700, 'http_response_timeout'],
    ['first', 2700, 'http_response_timeout'],
  ]);
  expect([proxy.life.underWay, proxy.queued, proxy.permits.inFlight]).toEqual([0, 0, 0]);
});

it('ends a wait at --queue-timeout, and turns away at once whose wait would be in vain', () => {
  const { time, ended, open } = world({ proxy: { ...one, queueTimeoutMs: 300 } });
  open('first', 900);
  open('second', 900);
  time.run(5000);
  expect(ended).toEqual([
    ['second', 300, 'queue_timeout'],
    ['first', 900, 'ok'],
  ]);
});

it('holds the permit of a client that left while the backend is thought to work on', () => {
  const { time, proxy, backend, ended, open } = world({ proxy: { ...one, abandoned: 'hold' } });
  open('known', 100);
  time.run(2000);
  const leaving = open('a', 100);
  open('b', 100);
  time.run(2030);
  leaving.leave();
  expect([backend.busy, proxy.permits.inFlight, proxy.queued]).toEqual([1, 1, 1]);
  time.run(4000);
  const [, [name, atMs, outcome]] = ended as [unknown, (typeof ended)[number]];
  expect([name, outcome]).toEqual(['b', 'ok']);
  expect(atMs).toBeGreaterThanOrEqual(2190);
  expect(atMs).toBeLessThan(2220);
});

it('opens the breaker of a backend whose calls hang, though nobody asks, and tells the queue', () => {
  const slow = { circuitBreakerSlowRate: 0.5, circuitBreakerSlowCallMs: 1000 };
  const rules = { ...slow, circuitBreakerMinCalls: 1, circuitBreakerThreshold: 0 };
  const { time, proxy, ended, open } = world({ proxy: { ...one, ...rules } });
  open('hangs', 10_000);
  open('waits', 10_000);
  time.run(1100);
  expect(ended).toEqual([['waits', expect.any(Number), 'breaker_open']]);
  expect(proxy.target.breaker.state.name).toBe('open');
});
