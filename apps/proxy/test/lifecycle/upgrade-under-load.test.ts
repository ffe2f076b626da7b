import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { UpgradingProxy } from './upgrading-proxy.ts';

const upgrades = 3;

const limit = 12;
const load = { burst: 30, everyMs: 100, most: 300, latency: '20ms' };
/** Each holds a permit for a second. */
const streams = 4;

test(`${upgrades} upgrades under load fail no request, refuse none, and keep the limit at the backend`, {
  timeout: 60_000 + upgrades * 20_000,
}, async () => {
  const backend = await startTestBackend();
  const proxy = await UpgradingProxy.start([
    ...['--target', backend.url, '--max-concurrent-requests', String(limit)],
    ...['--max-queue-size', '500', '--max-retries', '0', '--queue-order', 'fifo'],
  ]);
  const clients = new Clients(proxy.first.port);
  const over = new AbortController();
  const running = [clients.burst(over.signal)];
  for (let i = 0; i < streams; i++) running.push(clients.stream(over.signal));
  const pids = [proxy.pid];
  for (let i = 0; i < upgrades; i++) {
    const { code, stderr } = await proxy.upgrade();
    expect([code, stderr]).toEqual([0, '']);
    pids.push(proxy.pid);
  }
  over.abort();
  await Promise.all(running);
  clients.close();

  expect(new Set(pids).size).toBe(upgrades + 1);
  expect(clients.failures).toEqual([]);
  expect(clients.served).toBeGreaterThan(100);
  const { maxActive, active } = backend.stats();
  expect({ maxActive, active }).toEqual({ maxActive: limit, active: 0 });
  // Every older generation has ended by itself, and has cut nothing.
  const drained = () => proxy.first.log.filter(({ msg }) => msg === 'drained').length;
  await expect.poll(drained, { timeout: 20_000 }).toBe(upgrades);
});

class Clients {
  readonly failures: string[] = [];
  served = 0;
  readonly #port: number;
  readonly #kept = new Agent({ keepAlive: true });
  readonly #open = new Set<Promise<void>>();

  constructor(port: number) {
    this.#port = port;
  }

  /** So many requests together, again and again: more than the limit, so that some wait. Every third on its own connection. */
  async burst(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      // On a machine that is too slow for this load, the queue is not to overflow.
      const burst = Math.min(load.burst, load.most - this.#open.size);
      for (let i = 0; i < burst; i++) {
        const asked = this.#ask(`/?latency=${load.latency}`, i % 3 === 0 ? false : this.#kept);
        this.#open.add(asked);
        void asked.then(() => this.#open.delete(asked));
      }
      await sleep(load.everyMs);
    }
    await Promise.all(this.#open);
  }

  close(): void {
    this.#kept.destroy();
  }

  async stream(over: AbortSignal): Promise<void> {
    while (!over.aborted) await this.#ask('/events?interval=100ms&count=10', this.#kept);
  }

  #ask(path: string, agent: Agent | false): Promise<void> {
    return new Promise((resolve) => {
      const fail = (how: string) => {
        this.failures.push(`${path}: ${how}`);
        resolve();
      };
      const onResponse = (response: IncomingMessage) => {
        let body = '';
        response.on('error', (error) => fail(error.message));
        response.on('end', () => {
          if (response.statusCode !== 200) return fail(body);
          this.served += 1;
          resolve();
        });
        response.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
      };
      get({ port: this.#port, host: '127.0.0.1', path, agent }, onResponse).on('error', (error) =>
        fail(error.message),
      );
    });
  }
}
