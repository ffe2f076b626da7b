import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { snapshotWith } from '@spillway/contracts/testing';
import { expect, it, onTestFinished } from 'vitest';
import { SnapshotReader } from './read-snapshot.ts';

const never = new AbortController().signal;

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener): Promise<string> => listening(createServer(listener));

function readerOf(url: string, token: string | null = null, timeoutMs = 5_000): SnapshotReader {
  const reader = new SnapshotReader({ url, token, timeoutMs });
  onTestFinished(() => reader.close());
  return reader;
}

const snapshot = JSON.stringify(snapshotWith({ metrics: { total_requests: 7 } }));

it('reads a snapshot over one connection, which is kept from poll to poll', async () => {
  const ports = new Set<number | undefined>();
  const paths: (string | undefined)[] = [];
  const url = await serve((req, res) => {
    ports.add(req.socket.remotePort);
    paths.push(req.url);
    res.end(snapshot);
  });
  const reader = readerOf(url);
  for (let poll = 0; poll < 3; poll++) {
    const { result, tookMs } = await reader.read(never);
    expect(result).toMatchObject({ ok: true, snapshot: { metrics: { total_requests: 7 } } });
    expect(tookMs).toBeGreaterThan(0);
  }
  expect(ports.size).toBe(1);
  const each = ['/proxy-metrics', '/proxy-health'];
  expect(paths).toEqual([...each, ...each, ...each]);
});

it('understands a proxy that knows fewer outcomes, or more', async () => {
  const { metrics, ...rest } = snapshotWith({});
  const url = await serve((_req, res) => {
    res.end(JSON.stringify({ ...rest, metrics: { ...metrics, outcomes: { ok: 7, of_later: 1 } } }));
  });
  const { result } = await readerOf(url).read(never);
  expect(result.ok && result.snapshot.metrics.outcomes).toMatchObject({ ok: 7, queue_full: 0 });
});

it('understands a proxy that tells nothing of admission, or otherwise', async () => {
  const { admission, ...rest } = snapshotWith({ limits: { concurrent_requests: 7 } });
  const reason = { from: 1, to: 2, reason: 'of_later', seconds_ago: 1 };
  const limit = { ...admission.limit, configured: 'auto', last_change: reason };
  for (const other of [undefined, { ...admission, limit }]) {
    const url = await serve((_req, res) => {
      res.end(JSON.stringify({ ...rest, admission: other }));
    });
    const { result } = await readerOf(url).read(never);
    expect(result.ok && result.snapshot.admission).toMatchObject({
      limit: { now: 7, configured: 7, last_change: null },
      shedding: null,
    });
  }
});

it('sends the token as a bearer, and none unless it has one', async () => {
  const url = await serve(({ headers }, res) => {
    if (headers.authorization === 'Bearer secret') res.end(snapshot);
    else res.writeHead(401).end();
  });
  expect((await readerOf(url, 'secret').read(never)).result.ok).toBe(true);
  expect(await failureOf(url)).toEqual({ code: 'unauthorized', detail: 'answered 401' });
});

async function failureOf(url: string, timeoutMs = 5_000) {
  const { result } = await readerOf(url, null, timeoutMs).read(never);
  return result.ok ? null : result.failure;
}

it.each([
  ['an error', 503, 'busy', 'status', '/proxy-metrics answered 503'],
  ['a redirect', 302, '', 'status', '/proxy-metrics answered 302'],
  ['a page', 200, '<html>', 'bad_json', 'the answer begins "<html>"'],
  ['nothing', 200, '', 'bad_json', 'an empty answer'],
  ['cut JSON', 200, snapshot.slice(0, 50), 'bad_json', /begins/],
  ['other JSON', 200, '{"status":"ok"}', 'not_spillway', /^status: /],
  ['JSON that is no object', 200, '[]', 'not_spillway', /^the answer: /],
] as const)('tells %s apart', async (_, status, body, code, detail) => {
  const url = await serve((_req, res) => {
    res.writeHead(status).end(body);
  });
  const failure = await failureOf(url);
  expect(failure?.code).toBe(code);
  expect(failure?.detail).toMatch(detail);
});

it('tells a closed port, a silent one, a cut answer and a foreign protocol apart', async () => {
  const closed = createTcpServer();
  const closedUrl = await listening(closed);
  await new Promise((resolve) => closed.close(resolve));
  expect((await failureOf(closedUrl))?.code).toBe('refused');

  const silent = await serve(() => {});
  expect(await failureOf(silent, 30)).toEqual({
    ...{ code: 'timeout', detail: 'no answer within 30 ms' },
  });
  const endless = await serve((_req, res) => {
    res.write('{');
  });
  expect((await failureOf(endless, 30))?.code).toBe('timeout');

  const cut = await serve((_req, res) => {
    res.writeHead(200, { 'content-length': 99 });
    res.write('{', () => res.destroy());
  });
  expect((await failureOf(cut))?.code).toBe('broken_off');

  const foreign = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n'));
  expect((await failureOf(await listening(foreign)))?.code).toBe('broken_off');
});

it('asks once more where the proxy closed the idle connection', async () => {
  let first: Socket | undefined;
  let polls = 0;
  const url = await serve((req, res) => {
    polls++;
    first ??= req.socket;
    if (req.socket === first && polls > 1) req.socket.resetAndDestroy();
    else res.end(snapshot);
  });
  const reader = readerOf(url);
  expect((await reader.read(never)).result.ok).toBe(true);
  expect((await reader.read(never)).result.ok).toBe(true);
  // Twice two, and the one that was cut.
  expect(polls).toBe(5);
});

it('brings what the proxy itself found, healthy or not, and only that', async () => {
  const finding = {
    ...{ rule: 'queue-full', severity: 'warning', upstream: null, symptom: 's', evidence: [] },
    ...{ cause: 'c', remedy: 'r', changes: [], for_seconds: 40 },
  };
  let health: [number, string] = [503, ''];
  const url = await serve((req, res) => {
    const [status, body] = req.url === '/proxy-health' ? health : ([200, snapshot] as const);
    res.writeHead(status).end(body);
  });
  const reader = readerOf(url);
  const told = async (status: number, json: unknown) => {
    health = [status, JSON.stringify(json)];
    const { result, findings } = await reader.read(never);
    expect(result.ok).toBe(true);
    return findings;
  };
  expect(await told(503, { status: 'unhealthy', findings: [finding] })).toEqual([finding]);
  expect(await told(200, { status: 'healthy', findings: [] })).toEqual([]);
  // As strangers, older proxies and others answer.
  expect(await told(200, { status: 'healthy', reason_count: 0 })).toBeNull();
  expect(await told(200, { findings: [{ rule: 'of another kind' }] })).toBeNull();
  expect(await told(404, null)).toBeNull();
});

it('does not answer once it is stopped', async () => {
  const url = await serve(() => stop.abort());
  const stop = new AbortController();
  await expect(readerOf(url).read(stop.signal)).rejects.toThrow();
});
