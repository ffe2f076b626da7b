import dns from 'node:dns';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import type { Socket } from 'node:net';
import v8 from 'node:v8';
import { type Outcome, outcomes } from '@spillway/contracts';
import { expect, type Mock, onTestFinished, test, vi } from 'vitest';
import {
  type Case,
  expectProblem,
  ok,
  relay,
  request,
  response,
  setUp,
  setUpBusy,
} from '../kit/cases.ts';
import { fieldOf, type RawResponse, valuesOf } from '../kit/raw-message.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { eventually } from '../kit/waiting-line.ts';

type Produce = () => Promise<Case & { response: RawResponse }>;

const ask = request('GET /', ['X-Request-Id: test-7']);

async function answered(running: Case): Promise<Case & { response: RawResponse }> {
  await running.client.send(ask);
  return { ...running, response: await running.client.readResponse() };
}

/** A proxy that has begun to shed, by chance always the next request. */
async function strained(flags = {}, strain = () => {}): Promise<Case> {
  const running = await setUp(flags);
  strain();
  await eventually(() => expect(running.proxy.instance.selfProtection.overload).not.toBeNull());
  const chance = vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => chance.mockRestore());
  return running;
}

/** What the system's name lookup says from here on; null to stay silent. */
function answerLookups(error: Error | null): void {
  const lookup = vi.spyOn(dns, 'lookup') as unknown as Mock;
  lookup.mockImplementation((...args: unknown[]) => {
    if (error !== null) process.nextTick(args.at(-1) as (error: Error) => void, error);
  });
  onTestFinished(() => lookup.mockRestore());
}

/** How each outcome with an answer of ours comes about. */
const produced: Partial<Record<Outcome, Produce>> = {
  no_route: async () => answered(await setUp({}, { routes: [{ path: '/elsewhere' }] })),
  connection_refused: async () =>
    answered(await setUp({ '--target': 'http://127.0.0.1:1', '--max-retries': 0 })),
  dns_error: async () => {
    const running = await setUp({ '--target': 'http://nowhere.invalid', '--max-retries': 0 });
    answerLookups(Object.assign(new Error('not found'), { syscall: 'getaddrinfo' }));
    return answered(running);
  },
  dns_timeout: async () => {
    const running = await setUp({
      '--target': 'http://nowhere.invalid',
      '--max-retries': 0,
      '--connect-timeout': '100ms',
    });
    answerLookups(null);
    return answered(running);
  },
  connection_timeout: async () => {
    const silent = await RawUpstream.start();
    return answered(
      await setUp({
        '--target': silent.origin.replace('http', 'https'),
        '--max-retries': 0,
        '--connect-timeout': '100ms',
      }),
    );
  },
  connection_terminated: async () => {
    const running = await setUp({ '--max-retries': 0 });
    running.upstream.respond((_request, connection) => {
      connection.end();
      return undefined;
    });
    return answered(running);
  },
  http_protocol_error: () => relay('garbage\r\n\r\n', { ask }),
  connection_read_timeout: async () => answered(await setUp({ '--read-timeout': '100ms' })),
  http_response_timeout: async () => answered(await setUp({ '--request-timeout': '100ms' })),
  queue_full: async () => answered(await setUpBusy({ '--max-queue-size': 0 })),
  queue_timeout: async () =>
    answered(await setUpBusy({ '--max-queue-size': 1, '--queue-timeout': '100ms' })),
  deadline_unreachable: async () => {
    const running = await setUpBusy({ '--max-queue-size': 1 });
    await running.client.send(ask.replace('\r\n\r\n', '\r\nRequest-Timeout: 0\r\n\r\n'));
    return { ...running, response: await running.client.readResponse() };
  },
  overloaded: async () => {
    const running = await setUpBusy({ '--max-queue-size': 1000 });
    const { proxy, client } = running;
    await client.send(ask);
    await proxy.queued(1);
    // In a line that only gets longer, whoever has waited longest is told to go.
    const { refusals } = proxy.service.permits;
    for (let others = 1; refusals.overloaded === 0; others++) {
      await (await proxy.connect()).send(request('GET /other'));
      await eventually(() =>
        expect(proxy.service.permits.queued + refusals.overloaded).toBeGreaterThan(others),
      );
    }
    return { ...running, response: await client.readResponse() };
  },
  displaced: async () => {
    const running = await setUpBusy({
      '--max-queue-size': 1,
      '--priority-class': 'high=0%',
      '--priority-header': 'X-Priority',
    });
    await running.client.send(ask);
    await running.proxy.queued(1);
    const first = await running.proxy.connect();
    await first.send(request('GET /first', ['X-Priority: high']));
    return { ...running, response: await running.client.readResponse() };
  },
  key_limit: async () =>
    answered(
      await setUpBusy({ '--max-queue-size': 1, '--fairness-key': 'address', '--max-per-key': 1 }),
    ),
  event_loop_overloaded: async () => {
    const running = await strained({ '--shed-event-loop-delay': '10ms' }, () => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    });
    return answered(running);
  },
  memory_overloaded: async () => {
    const statistics = v8.getHeapStatistics();
    const full = { ...statistics, used_heap_size: statistics.heap_size_limit };
    const read = vi.spyOn(v8, 'getHeapStatistics').mockReturnValue(full);
    syncBuiltinESMExports();
    onTestFinished(() => {
      read.mockRestore();
      syncBuiltinESMExports();
    });
    return answered(await strained());
  },
  connections_overloaded: async () => answered(await strained({ '--max-client-connections': 1 })),
  breaker_open: async () => {
    const running = await setUp({ '--circuit-breaker-threshold': 1, '--max-retries': 0 });
    running.upstream.respond(response('503 Busy', ['Content-Length: 0']));
    await running.client.send(request('GET /first'));
    await running.client.readResponse();
    await running.proxy.finished();
    return answered(running);
  },
  proxy_internal_error: async () => {
    const running = await setUp({ '--target': 'http://a.invalid', '--max-retries': 0 });
    answerLookups(Object.assign(new Error('too many files'), { code: 'EMFILE' }));
    return answered(running);
  },
  loop_detected: async () => {
    const running = await setUp();
    const via = `\r\nVia: 1.1 ${running.proxy.instance.pseudonym}\r\n\r\n`;
    await running.client.send(ask.replace('\r\n\r\n', via));
    return { ...running, response: await running.client.readResponse() };
  },
  draining: async () => {
    const running = await setUpBusy({ '--max-queue-size': 1 });
    // Half a head keeps its connection: an idle one would be closed by the drain.
    const accepted = once(running.proxy.running.front.engine, 'connection');
    const client = await running.proxy.connect();
    const [socket] = (await accepted) as [Socket];
    await client.send(ask.slice(0, 20));
    await eventually(() => expect(socket.bytesRead).toBe(20));
    const drained = running.proxy.running.drain();
    await client.send(ask.slice(20));
    const seen = await client.readResponse();
    await running.connection.send(ok());
    await drained;
    return { ...running, client, response: seen };
  },
  client_error: async () => {
    const running = await setUp();
    await running.client.send(ask.replace('Host: a', 'Host: a b'));
    return { ...running, response: await running.client.readResponse() };
  },
};

const helpful: readonly Outcome[] = [
  ...(['queue_full', 'queue_timeout', 'deadline_unreachable', 'overloaded', 'displaced'] as const),
  ...(['key_limit', 'event_loop_overloaded', 'memory_overloaded'] as const),
  ...(['connections_overloaded', 'breaker_open', 'proxy_internal_error', 'draining'] as const),
];
const closing: readonly Outcome[] = ['connections_overloaded', 'draining', 'client_error'];

test('RFC 9209 2.3: every outcome that has a status of ours is shown here', () => {
  const ours = Object.entries(outcomes)
    .filter(([name, { status }]) => status !== null && name !== 'client_gone')
    .map(([name]) => name);
  expect(Object.keys(produced).sort()).toEqual(ours.sort());
});

test.each(Object.entries(produced) as [Outcome, Produce][])(
  'RFC 9209 2.3 and RFC 9457 3: %s says what happened, in all three places',
  async (...row) => {
    const [outcome, produce] = row;
    const { response: seen, proxy, client } = await produce();
    const rule = outcomes[outcome];
    expectProblem(seen, rule.status as number, outcome);

    expect(valuesOf(seen, 'proxy-status')).toEqual([
      `spillway; error=${rule.proxyStatusError}; details="${outcome}"`,
    ]);
    expect(fieldOf(seen, 'x-request-id')).toBe('test-7');
    expect(fieldOf(seen, 'cache-control')).toBe('no-store');
    expect(valuesOf(seen, 'date')).toHaveLength(1);

    const problem = JSON.parse(seen.body.toString());
    expect(Object.keys(problem).sort()).toEqual(
      ['detail', 'instance', 'outcome', 'request_id', 'status', 'title', 'type'].sort(),
    );
    expect(problem).toMatchObject({
      type: 'about:blank',
      title: rule.title,
      request_id: 'test-7',
    });
    expect(problem.detail).not.toBe('');

    // No outcome of ours is held against an upstream; the breaker that is open here was opened by a 503.
    const breaker = proxy.service.upstreams.all[0]?.snapshot().breaker;
    if (!rule.breakerFailure && outcome !== 'breaker_open') {
      expect(breaker).toMatchObject({ consecutive_failures: 0, opened_total: 0 });
    } else {
      expect(breaker?.consecutive_failures).toBe(1);
    }

    const retryAfter = fieldOf(seen, 'retry-after');
    if (helpful.includes(outcome)) expect(retryAfter).toMatch(/^[1-9]\d*$/);
    else expect(retryAfter).toBeUndefined();
    if (closing.includes(outcome)) {
      expect(fieldOf(seen, 'connection')).toBe('close');
      await client.closed();
    } else {
      expect(fieldOf(seen, 'connection')).toBe('keep-alive');
    }
    const { outcomes: byOutcome } = proxy.instance.metrics.snapshot().metrics;
    // Of a line that gets longer several are turned away.
    if (outcome === 'overloaded') expect(byOutcome.overloaded).toBeGreaterThanOrEqual(1);
    else expect(byOutcome[outcome]).toBe(1);
  },
);

test('RFC 9110 10.2.3: Retry-After of an open breaker is the time until its probe', async () => {
  const { upstream, client } = await setUp({
    '--circuit-breaker-threshold': 1,
    '--circuit-breaker-timeout': '7s',
    '--max-retries': 0,
  });
  upstream.respond(response('503 Busy', ['Content-Length: 0']));
  await client.send(request('GET /'));
  await client.readResponse();
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  expectProblem(seen, 503, 'breaker_open');
  expect(fieldOf(seen, 'retry-after')).toBe('7');
  expect(upstream.requests).toHaveLength(1);
});

test('RFC 9209 2: an answer of the upstream carries no Proxy-Status of ours', async () => {
  for (const line of ['200 OK', '404 No', '500 Oops', '503 Busy']) {
    const { response: seen } = await relay(response(line, ['Content-Length: 0']));
    expect(valuesOf(seen, 'proxy-status')).toEqual([]);
  }
});

test('RFC 9209 2: Proxy-Status of an upstream that is a proxy itself is passed on', async () => {
  const theirs = 'inner; error=dns_error';
  const { response: seen } = await relay(
    response('502 Bad', [`Proxy-Status: ${theirs}`, 'Content-Length: 0']),
  );
  expect(valuesOf(seen, 'proxy-status')).toEqual([theirs]);
});

test('RFC 9457 3: a refusal to a client that sent no id still names one', async () => {
  const { client } = await setUp({ '--target': 'http://127.0.0.1:1', '--max-retries': 0 });
  await client.send(request('GET /'));
  const seen = await client.readResponse();
  const { request_id } = JSON.parse(seen.body.toString());
  expect(fieldOf(seen, 'x-request-id')).toBe(request_id);
});

test('RFC 9112 9.6: while draining, what is under way is answered and its connection closed', async () => {
  const { upstream, proxy, client } = await setUp();
  await client.send(request('GET /'));
  const connection = await upstream.accept();
  await connection.readRequest();
  const drained = proxy.running.drain();
  await connection.send(ok('whole'));
  const seen = await client.readResponse();
  expect(seen.body.toString()).toBe('whole');
  expect(await drained).toEqual({ cut: 0 });
  await client.closed();
});

test('RFC 9209 2.3.2: a queue that is flushed by an opening breaker says so at once', async () => {
  const { proxy, client, connection } = await setUpBusy({
    '--max-queue-size': 5,
    '--circuit-breaker-threshold': 1,
    '--max-retries': 0,
  });
  await client.send(ask);
  await proxy.queued(1);
  await connection.send(response('503 Busy', ['Content-Length: 0']));
  expectProblem(await client.readResponse(), 503, 'breaker_open');
});
