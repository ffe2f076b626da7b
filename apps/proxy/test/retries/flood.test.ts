import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { seededRandom } from '@spillway/core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';

const gets = 1000;
/** One of so many requests is a POST. */
const postEvery = 5;

/**
 * As in the simulation (packages/core, "Half of the answers 503"): three retries and a budget of all requests.
 * The breaker would open at failures that come by chance in a row.
 */
const flags = [
  ...['--max-retries', '3'],
  ...['--retry-budget', '100%'],
  ...['--circuit-breaker-threshold', '0'],
];

test('Where half of the answers are 503 for a while, 95 of 100 GETs come out well, and no POST is sent twice', {
  timeout: 120_000,
}, async () => {
  const upstream = await RawUpstream.start();
  const random = seededRandom(20_240_501);
  let flooded = true;
  upstream.respond(() =>
    flooded && random() < 0.5
      ? 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n'
      : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  );
  const proxy = await ProxyProcess.start(['--target', upstream.origin, ...flags]);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const ask = (method: string, path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port: proxy.port, method, path, agent });
      asking.on('error', reject).end(method === 'POST' ? 'once' : undefined);
      asking.on('response', (response) => {
        response.resume().on('end', () => resolve(response.statusCode as number));
      });
    });

  const answers: Record<string, Promise<number>[]> = { GET: [], POST: [] };
  for (let i = 0; i < gets; i++) {
    answers.GET?.push(ask('GET', `/get/${i}`));
    if (i % postEvery === 0) answers.POST?.push(ask('POST', `/post/${i}`));
    await wait(3);
  }
  flooded = false;
  const [toGets, toPosts] = await Promise.all([
    Promise.all(answers.GET ?? []),
    Promise.all(answers.POST ?? []),
  ]);

  const good = (statuses: number[]) => statuses.filter((status) => status === 200).length;
  expect(good(toGets)).toBeGreaterThanOrEqual(0.95 * gets);
  const sent = new Map<string, number>();
  for (const { method, target } of upstream.requests) {
    const name = `${method} ${target}`;
    sent.set(name, (sent.get(name) ?? 0) + 1);
  }
  expect(sent.size).toBe(gets + gets / postEvery);
  const most = (method: string) =>
    Math.max(...[...sent].map(([name, times]) => (name.startsWith(method) ? times : 0)));
  expect([most('GET'), most('POST')]).toEqual([4, 1]);
  // Half of them failed, and nobody tried again: the flood was real.
  expect(good(toPosts)).toBeGreaterThan(0.3 * toPosts.length);
  expect(good(toPosts)).toBeLessThan(0.7 * toPosts.length);
});
