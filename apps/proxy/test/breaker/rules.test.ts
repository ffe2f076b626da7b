import { expect, test } from 'vitest';
import { ask, send, startTestBackend } from '../admission/ask.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { breakerOf, untilProbing } from './breaker-of.ts';

const rulesOnly = {
  '--circuit-breaker-threshold': 0,
  '--circuit-breaker-timeout': '1h',
  '--max-retries': 0,
};

test('--circuit-breaker-failure-rate opens it though failures never come in a row', async () => {
  const backend = await startTestBackend();
  const proxy = await startGateway({
    '--target': backend.url,
    ...rulesOnly,
    '--circuit-breaker-failure-rate': '50%',
    '--circuit-breaker-min-calls': 6,
  });
  for (const status of [503, 200, 503, 200, 200]) await ask(proxy, { path: `/?status=${status}` });
  expect(breakerOf(proxy).state.name).toBe('closed');
  await ask(proxy, { path: '/?status=503' });
  expect(breakerOf(proxy).state.name).toBe('open');
  expect((await ask(proxy)).status).toBe(503);
  expect(backend.stats().received).toBe(6);
});

test('Without a rate, and with a threshold of 0, no failures open it (the control)', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({ '--target': backend.url, ...rulesOnly });
  for (let i = 0; i < 30; i++) await ask(proxy);
  expect(backend.stats().received).toBe(30);
  expect(breakerOf(proxy).state.name).toBe('closed');
});

test('--circuit-breaker-slow-rate opens it while the slow calls are still under way', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    ...rulesOnly,
    '--circuit-breaker-slow-rate': '50%',
    '--circuit-breaker-slow-call': '80ms',
    '--circuit-breaker-min-calls': 2,
  });
  const clients = [await send(proxy), await send(proxy)];
  await backend.waitFor(({ hanging }) => hanging === 2);
  await eventually(() => expect(breakerOf(proxy).allows()).toBe(false));
  expect(breakerOf(proxy).state.name).toBe('open');
  expect(backend.stats().hanging).toBe(2);
  expect((await ask(proxy)).status).toBe(503);

  backend.behave({ fault: '' });
  backend.releaseAll();
  for (const client of clients) {
    expect((await client.readResponse()).status).toBe(200);
    client.destroy();
  }
});

test('Whoever waits behind slow calls is told though nobody asks (seen: up to 5 s late)', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    ...rulesOnly,
    '--circuit-breaker-slow-rate': '50%',
    '--circuit-breaker-slow-call': '500ms',
    '--circuit-breaker-min-calls': 2,
    '--max-concurrent-requests': 2,
  });
  // It looks at the breaker too, now and then.
  proxy.instance.history.close();
  const clients = [await send(proxy), await send(proxy)];
  await backend.waitFor(({ hanging }) => hanging === 2);
  const waiting = await send(proxy);
  await proxy.queued(1);
  const answer = await waiting.readResponse();
  expect(JSON.parse(answer.body.toString()).outcome).toBe('breaker_open');
  expect(backend.stats().hanging).toBe(2);
  for (const client of [...clients, waiting]) client.destroy();
});

test('The health that finds calls slow says that the breaker is open', async () => {
  const proxy = await startGateway({
    '--target': 'http://127.0.0.1:1',
    ...rulesOnly,
    '--circuit-breaker-slow-rate': '50%',
    '--circuit-breaker-slow-call': '1ms',
    '--circuit-breaker-min-calls': 1,
  });
  breakerOf(proxy).acquire();
  // Without a pause, in which the breaker would be looked at.
  for (const since = performance.now(); performance.now() - since < 3; );
  const { status, reasons } = proxy.instance.metrics.health();
  expect([status, reasons.join()]).toEqual(['unhealthy', expect.stringContaining('is open')]);
});

test('Each failed probe doubles the time open, up to --circuit-breaker-max-timeout', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-retries': 0,
    '--circuit-breaker-threshold': 1,
    '--circuit-breaker-timeout': '60ms',
    '--circuit-breaker-max-timeout': '150ms',
  });
  const openMs: number[] = [];
  proxy.instance.events.on('breaker_changed', (_upstream, _from, to) => {
    if (to === 'open') openMs.push(breakerOf(proxy).retryInMs());
  });
  for (let i = 0; i < 4; i++) {
    await untilProbing(proxy);
    await ask(proxy);
  }
  const bounds = [60, 120, 150, 150];
  for (const [i, ms] of openMs.entries()) {
    expect(ms).toBeLessThanOrEqual(bounds[i] as number);
    expect(ms).toBeGreaterThan((bounds[i] as number) - 25);
  }
  expect(openMs).toHaveLength(4);
});

test('With --circuit-breaker-ramp only a part is let in after closing, and the rest told when to come', async () => {
  const backend = await startTestBackend({ status: '503' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-retries': 0,
    '--circuit-breaker-threshold': 1,
    '--circuit-breaker-timeout': '50ms',
    '--circuit-breaker-ramp': '1h',
  });
  await ask(proxy);
  backend.behave({ status: '200' });
  await untilProbing(proxy);
  expect((await ask(proxy)).status).toBe(200);
  expect(breakerOf(proxy).state.name).toBe('closed');
  let refused = 0;
  for (let i = 0; i < 60; i++) {
    const answer = await ask(proxy);
    if (answer.status === 200) continue;
    refused++;
    expect(JSON.parse(answer.body.toString()).outcome).toBe('breaker_open');
    expect(fieldOf(answer, 'retry-after')).toMatch(/^[1-9]\d*$/);
  }
  // A tenth comes in.
  expect(refused).toBeGreaterThan(30);
  expect(backend.stats().received).toBe(2 + 60 - refused);
});

test('An upstream that says when to come back is left alone for as long', async () => {
  const backend = await startTestBackend({ status: '503', retryAfter: '120' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-retries': 0,
    '--circuit-breaker-threshold': 2,
    '--circuit-breaker-timeout': '10s',
  });
  for (let i = 0; i < 2; i++) await ask(proxy);
  expect(breakerOf(proxy).state.name).toBe('open');
  const seconds = Number(fieldOf(await ask(proxy), 'retry-after'));
  expect(seconds).toBeGreaterThan(100);
  expect(seconds).toBeLessThanOrEqual(120);
});
