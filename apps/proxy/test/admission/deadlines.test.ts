import { expect, test } from 'vitest';
import type { ObservedRequest } from '../../src/observe/observed.ts';
import { fieldOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { ask, send, startTestBackend } from './ask.ts';

/** The next request that ends, with its measurements. */
const nextEnded = (proxy: TestGateway) =>
  new Promise<ObservedRequest>((resolve) =>
    proxy.instance.events.once('request_finished', resolve),
  );

test('Whoever waits longer than the queue timeout is refused with 503', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--queue-timeout': '60ms',
  });
  const admitted = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const ended = nextEnded(proxy);
  const response = await ask(proxy);
  expect(response.status).toBe(503);
  expect(fieldOf(response, 'retry-after')).toMatch(/^[1-9]\d*$/);
  expect(fieldOf(response, 'proxy-status')).toContain('details="queue_timeout"');
  expect(JSON.parse(response.body.toString()).outcome).toBe('queue_timeout');

  const { queueWaitMs, attempts } = await ended;
  expect(queueWaitMs).toBeGreaterThanOrEqual(60);
  expect(attempts).toBe(0);
  const { metrics } = proxy.instance.metrics.snapshot();
  expect(metrics).toMatchObject({ queue_rejected: 1, failed_requests: 1, timeout_requests: 0 });
  expect(backend.stats().received).toBe(1);
  admitted.destroy();
});

test('The request timeout counts the time in the queue', async () => {
  const backend = await startTestBackend({ fault: 'hang' });
  const proxy = await startGateway({
    '--target': backend.url,
    '--max-concurrent-requests': 1,
    '--request-timeout': '200ms',
  });
  const admitted = await send(proxy);
  await backend.waitFor(({ hanging }) => hanging === 1);
  const waiting = await send(proxy);
  const admittedAnswer = await admitted.readResponse();
  const waitingAnswer = await waiting.readResponse();
  for (const answer of [admittedAnswer, waitingAnswer]) {
    expect(answer.status).toBe(504);
    expect(fieldOf(answer, 'proxy-status')).toContain('error=http_response_timeout');
  }
  expect(proxy.instance.metrics.snapshot().metrics).toMatchObject({
    timeout_requests: 2,
    queue_rejected: 0,
  });
  admitted.destroy();
  waiting.destroy();
});

test('The request timeout is one for all attempts and the backoff between', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({
    '--target': upstream.origin,
    '--request-timeout': '400ms',
    '--max-retries': 5,
  });
  const refusal = 'HTTP/1.1 503 Later\r\nContent-Length: 0\r\n\r\n';
  upstream.respond(() => (upstream.requests.length < 3 ? refusal : undefined));
  const ended = nextEnded(proxy);
  expect((await ask(proxy)).status).toBe(504);
  const { attempts, outcome, receivedAt, deadline } = await ended;
  expect({ attempts, outcome }).toEqual({ attempts: 3, outcome: 'http_response_timeout' });
  expect(deadline - receivedAt).toBeCloseTo(400);
});

test('A retry that the request timeout leaves no time for is not made', async () => {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, '--request-timeout': '5s' });
  upstream.respond('HTTP/1.1 503 Later\r\nRetry-After: 6\r\nContent-Length: 4\r\n\r\nlate');
  const response = await ask(proxy);
  expect([response.status, fieldOf(response, 'retry-after')]).toEqual([503, '6']);
  expect(upstream.requests).toHaveLength(1);
});

test('A timeout after the head cuts the answer instead of ending it', async () => {
  const backend = await startTestBackend({ fault: 'hang-body', size: 1000 });
  const proxy = await startGateway({ '--target': backend.url, '--request-timeout': '200ms' });
  const client = await send(proxy);
  await expect(client.readResponse()).rejects.toThrow('broke off after 500 bytes');
  expect(await proxy.finished()).toMatchObject({ outcome: 'http_response_timeout', status: 200 });
});
