import { performance } from 'node:perf_hooks';
import { expect, onTestFinished, vi } from 'vitest';
import { systemTime } from '../../src/system/system-time.ts';
import { send } from '../admission/ask.ts';
import type { Flags } from '../kit/config-from-flags.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { type Played, type Reply, Script, type Wave } from './play.ts';

/** Through a proxy, over sockets. Only its clock is moved on, where the breaker is to rest. */
export async function playReal(flags: Flags, waves: readonly Wave[]): Promise<Played> {
  const skip = movableClock();
  const script = new Script();
  const upstream = await RawUpstream.start();
  upstream.respond(async (_request, connection) => {
    const reply = await new Promise<Reply>((resolve) => script.attempt(resolve));
    if (reply === 'close') connection.reset();
    return typeof reply === 'string' ? undefined : bytesOf(reply);
  });
  const proxy = await startGateway({ '--target': upstream.origin, ...flags });
  const { permits, retryBudget, upstreams, settings: config } = proxy.service;
  const endings: string[][] = [];
  for (const wave of waves) {
    if (wave.rested) {
      // A timer of a client that has not gone yet would still be aimed by the clock of before.
      await proxy.nothingLeft();
      skip(config.circuitBreakerTimeoutMs);
    }
    endings.push(await playWave(proxy, script, wave));
  }
  await proxy.nothingLeft();
  const breaker = upstreams.all[0]?.breaker;
  return {
    endings,
    breaker: breaker?.state.name ?? '',
    opened: breaker?.openedTotal ?? 0,
    refusedRetries: retryBudget.refusedAtOnce + retryBudget.refusedOverTime,
    held: { permits: permits.inFlight, retries: retryBudget.retrying, queued: permits.queued },
  };
}

async function playWave(proxy: TestGateway, script: Script, wave: Wave): Promise<string[]> {
  const { metrics } = proxy.instance;
  const before = metrics.total;
  const clients: RawClient[] = [];
  script.begin(wave);
  for (const method of wave.methods) {
    clients.push(await send(proxy, { method, body: method === 'POST' ? 'a' : '' }));
    await eventually(() => expect(metrics.total).toBe(before + clients.length));
  }
  const endings: string[] = [];
  const hearOne = async (): Promise<void> => {
    const { outcome, attempts } = await proxy.finished();
    endings.push(`${outcome} ${attempts}`);
  };
  for (const place of wave.leaving ?? []) {
    clients[place]?.destroy();
    await hearOne();
  }
  script.open();
  while (endings.length < clients.length) await hearOne();
  for (const client of clients) client.destroy();
  return endings.sort();
}

function bytesOf({ status, retryAfterSeconds }: Exclude<Reply, string>): string {
  const retryAfter = retryAfterSeconds === undefined ? '' : `Retry-After: ${retryAfterSeconds}\r\n`;
  return `HTTP/1.1 ${status} As Told\r\nContent-Length: 0\r\n${retryAfter}\r\n`;
}

const stepMs = 500;

function movableClock(): (ms: number) => void {
  const now = performance.now.bind(performance);
  let skippedMs = 0;
  const spy = vi.spyOn(performance, 'now').mockImplementation(() => now() + skippedMs);
  onTestFinished(() => spy.mockRestore());
  return (ms) => {
    // In steps: to the proxy a long one is a standstill, for which its clock stops.
    for (let leftMs = ms; leftMs > 0; leftMs -= stepMs) {
      skippedMs += Math.min(leftMs, stepMs);
      systemTime.now();
    }
  };
}
