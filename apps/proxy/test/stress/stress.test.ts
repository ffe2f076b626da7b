import type { EventEmitter } from 'node:events';
import { queryObjects, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outcomeNames } from '@spillway/contracts';
import { seededRandom } from '@spillway/core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { Attempt } from '../../src/request/attempt.ts';
import { Exchange } from '../../src/request/exchange.ts';
import { LeanConnection } from '../../src/service/upstream/http1/lean-connection.ts';
import { UndiciConnection } from '../../src/service/upstream/undici/undici-connection.ts';
import { startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { Ledger } from './ledger.ts';
import { Visitor } from './visitor.ts';
import { visitAt } from './visits.ts';

const requests = 20_000;
const warmUp = 3_000;
const visitors = 64;
const seed = 20_240_229;
const MiB = 1024 * 1024;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const listenersOf = (emitter: EventEmitter): unknown[] =>
  emitter.eventNames().map((name) => [name, emitter.listenerCount(name)]);

const activeSockets = (): number =>
  process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;

test(`After ${requests} mixed requests with aborts and faults nothing is left`, {
  timeout: 180_000,
}, async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on('warning', onWarning);
  onTestFinished(() => void process.off('warning', onWarning));

  const socketsBefore = activeSockets();
  const backend = await startTestBackend({ latency: 'exponential:2ms', seed });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 24,
    '--max-queue-size': 24,
    '--queue-timeout': '400ms',
    '--read-timeout': '250ms',
    '--request-timeout': '3s',
    '--retry-backoff-factor': 0.005,
    '--circuit-breaker-threshold': 12,
    '--circuit-breaker-timeout': '20ms',
    '--pool-maxsize': 24,
    '--pool-connections': 12,
    '--pool-idle-timeout': '300ms',
    '--retry-body-total': 256 * 1024,
  });
  const { instance, service, running } = proxy;
  const longLived = [instance.events, running.server, process, backend.server];
  const ledger = new Ledger(instance.events);
  const listenersBefore = longLived.map(listenersOf);
  const problems: string[] = [];

  const visit = async (until: number, stream: number) => {
    const visitor = new Visitor(proxy.port, ledger, seededRandom(seed + stream));
    while (ledger.asked < until) {
      const { name, pay } = visitAt(visitor.random());
      try {
        await pay(visitor);
      } catch (error) {
        problems.push(`${name}: ${(error as Error).message}`);
        visitor.leave();
      }
    }
    visitor.leave();
  };
  const rush = async (until: number, stream: number) => {
    await Promise.all(Array.from({ length: visitors }, (_, i) => visit(until, stream + i)));
    await proxy.nothingLeft();
    await eventually(() => expect(activeSockets()).toBe(socketsBefore));
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };

  const heapWarm = await rush(warmUp, 0);
  const seenWarm = ledger.seen.size;
  const heapAfter = await rush(requests, visitors);

  expect(problems).toEqual([]);
  expect(ledger.disagreements()).toEqual([]);
  const { metrics } = instance.metrics.snapshot();
  expect(metrics.total_requests).toBe(ledger.asked + ledger.unreadable);
  expect(metrics.total_requests).toBeGreaterThanOrEqual(requests);
  const told = Object.fromEntries(outcomeNames.map((name) => [name, 0])) as Record<string, number>;
  for (const outcome of ledger.told.values()) told[outcome] = (told[outcome] ?? 0) + 1;
  told.client_error = (told.client_error ?? 0) + ledger.unreadable;
  expect(metrics.outcomes).toEqual(told);
  // Not a quiet walk: all that is to be survived has happened.
  for (const outcome of [
    ...(['ok', 'upstream_error', 'connection_terminated', 'http_protocol_error'] as const),
    ...(['http_response_incomplete', 'connection_read_timeout'] as const),
    ...(['client_gone', 'client_error'] as const),
  ]) {
    expect(metrics.outcomes[outcome], outcome).toBeGreaterThan(requests / 1000);
  }
  expect(metrics.retries).toBeGreaterThan(requests / 100);

  expect(service.retryBudget.retrying).toBe(0);
  expect(service.upstreams.all[0]?.pool.stats()).toEqual({
    open: 0,
    idle: 0,
    connecting: 0,
    waiting: 0,
  });
  const stats = await backend.waitFor(({ active, connections }) => active + connections === 0);
  expect(stats.received).toBe(stats.finished + stats.aborted + stats.broken + stats.refused);
  expect(stats).toMatchObject({ tunnels: 0, queued: 0, hanging: 0 });

  expect(warnings).toEqual([]);
  expect(longLived.map(listenersOf)).toEqual(listenersBefore);
  const kept = { format: 'count' } as const;
  for (const type of [Exchange, Attempt, LeanConnection, UndiciConnection]) {
    // A few may hang on what the event loop touched last.
    expect(queryObjects(type, kept), type.name).toBeLessThan(20);
  }
  // The ledger's own entries are the test's, at some hundred bytes each.
  const ledgerBytes = (ledger.seen.size - seenWarm) * 300;
  expect(heapAfter - heapWarm).toBeLessThan(16 * MiB + ledgerBytes);
});
