import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesOfRequest } from '../admission/ask.ts';
import { FullBacklog } from '../diagnosis/full-backlog.ts';
import type { RawClient } from '../kit/raw-client.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { eventually } from '../kit/waiting-line.ts';
import { ProxyProcess } from './proxy-process.ts';

const well = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const unwell = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n';

/** The first that is blamed for anything opens the breaker. */
const touchy = ['--max-retries', '0', '--circuit-breaker-threshold', '1'];

/** Everybody's patience; short of what a suspension takes. */
const patience = '2s';
const suspensionMs = 2500;

const turnsOf = ({ log }: ProxyProcess) =>
  log.filter(({ msg }) => msg.startsWith('breaker')).map(({ why }) => why);

const stateOf = ({ pid }: ProxyProcess) =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '')[0];

/** Nothing runs in the proxy while `meanwhile` does, nor until the time is over. */
async function suspend(proxy: ProxyProcess, ms: number, meanwhile: () => unknown): Promise<void> {
  proxy.signal('SIGSTOP');
  await eventually(() => expect(stateOf(proxy)).toBe('T'));
  const over = new Promise((resolve) => setTimeout(resolve, ms));
  await meanwhile();
  await over;
  proxy.signal('SIGCONT');
}

async function metricsOf(proxy: ProxyProcess) {
  const response = await fetch(`${proxy.url}/proxy-metrics`);
  return (await response.json()) as {
    metrics: { queue_size: number };
    upstreams: {
      connections: { idle: number; connecting: number };
      breaker: { retry_in: number };
    }[];
  };
}

/** Until that is what the metrics say. */
const metricsSay = async (proxy: ProxyProcess, of: (metrics: Metrics) => unknown, is: unknown) => {
  let said: unknown;
  for (let looks = 0; looks < 200 && said !== is; looks++) said = of(await metricsOf(proxy));
  expect(said).toBe(is);
};
type Metrics = Awaited<ReturnType<typeof metricsOf>>;

/** Holds back every response until it opens. */
function gated() {
  let open = (): void => {};
  const opened = new Promise<string>((resolve) => {
    open = () => resolve(well);
  });
  const gate = {
    open,
    waiting: 0,
    pass: () => {
      gate.waiting += 1;
      return opened;
    },
  };
  return gate;
}

/** Connections that answer as they were told before are gone. */
async function anew(proxy: ProxyProcess, { connections }: RawUpstream): Promise<void> {
  for (const connection of connections) connection.end();
  await metricsSay(proxy, ({ upstreams }) => upstreams[0]?.connections.idle, 0);
}

const statusOf = async (client: RawClient) => (await client.readResponse()).status;

async function send(proxy: ProxyProcess, ...asking: Parameters<typeof bytesOfRequest>) {
  const client = await proxy.connect();
  await client.send(bytesOfRequest(...asking));
  return client;
}

test.runIf(process.platform === 'linux')(
  'After a suspension nobody is blamed for the time in which the proxy could not hear them',
  { timeout: 60_000 },
  async () => {
    const upstream = await RawUpstream.start();
    const proxy = await ProxyProcess.start([
      ...[...touchy, '--target', upstream.origin, '--max-concurrent-requests', '3'],
      ...['--read-timeout', patience, '--queue-timeout', patience],
      ...['--client-body-timeout', patience, '--client-header-timeout', patience],
      ...['--client-idle-timeout', '1s', '--circuit-breaker-timeout', '100ms'],
      ...['--circuit-breaker-slow-rate', '10%', '--circuit-breaker-slow-call', patience],
      ...['--circuit-breaker-min-calls', '1', '--shed-event-loop-delay', '500ms'],
    ]);

    // Reads that have waited come before any timer.
    const all = gated();
    upstream.respond(({ target }) => (target === '/warm' ? well : all.pass()));
    const head = await proxy.connect();
    await head.send('GET /head HTTP/1.1\r\nHo');
    const waiting = await send(proxy, { path: '/read' });
    const hurried = await send(proxy, { path: '/deadline', fields: { 'Request-Timeout': '2' } });
    const idle = await send(proxy, { path: '/warm' });
    expect(await statusOf(idle)).toBe(200);
    const uploading = await proxy.connect();
    await uploading.send('POST /body HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nhello');
    await eventually(() => expect(upstream.connections).toHaveLength(3));
    const queued = await send(proxy, { path: '/queued' });
    await metricsSay(proxy, ({ metrics }) => metrics.queue_size, 1);

    await suspend(proxy, suspensionMs, async () => {
      all.open();
      await uploading.send('world');
      await head.send('st: test\r\n\r\n');
      await idle.send(bytesOfRequest({}));
    });
    const clients = { waiting, hurried, uploading, queued, head, idle };
    const statuses = await Promise.all(
      Object.entries(clients).map(async ([name, client]) => [name, await statusOf(client)]),
    );
    expect(statuses).toEqual(Object.keys(clients).map((name) => [name, 200]));
    for (let i = 0; i < 20; i++) expect(await statusOf(await send(proxy, {}))).toBe(200);
    expect(turnsOf(proxy)).toEqual([]);
    await proxy.logged(({ msg }) => msg.startsWith('the process stood still'));

    // What the upstream closed meanwhile is not used again.
    await metricsSay(proxy, ({ upstreams }) => upstreams[0]?.connections.idle === 0, false);
    const first = await proxy.connect();
    await suspend(proxy, 100, async () => {
      await first.send(bytesOfRequest({}));
      for (const connection of upstream.connections) connection.end();
    });
    expect(await statusOf(first)).toBe(200);

    // A probe has as much left of its lease as before.
    const probe = gated();
    upstream.respond(({ target }) => (target === '/fail' ? unwell : probe.pass()));
    await anew(proxy, upstream);
    expect(await statusOf(await send(proxy, { path: '/fail' }))).toBe(503);
    await metricsSay(proxy, ({ upstreams }) => upstreams[0]?.breaker.retry_in, 0);
    const probing = await send(proxy, { path: '/probe' });
    await eventually(() => expect(probe.waiting).toBe(1));
    await suspend(proxy, suspensionMs, probe.open);
    expect(await statusOf(probing)).toBe(200);
    const turns = ['consecutive_failures', 'open_time_over', 'probes_succeeded'];
    await eventually(() => expect(turnsOf(proxy)).toEqual(turns));

    // Nor does a suspension excuse those that stay silent.
    const never = gated();
    upstream.respond(never.pass);
    await anew(proxy, upstream);
    const silent = await send(proxy, { path: '/silent' });
    await eventually(() => expect(never.waiting).toBe(1));
    await suspend(proxy, 1200, () => {});
    expect(await statusOf(silent)).toBe(504);
    const { outcome } = await proxy.logged(({ url }) => url === '/silent');
    expect(outcome).toBe('connection_read_timeout');
  },
);

test.runIf(process.platform === 'linux')(
  'A connection that the kernel made during a suspension is used, whatever the connect timeout',
  async () => {
    const server = await FullBacklog.start();
    const flags = ['--target', server.url, '--connect-timeout', patience];
    const proxy = await ProxyProcess.start([...touchy, ...flags]);
    const client = await send(proxy, {});
    await metricsSay(proxy, ({ upstreams }) => upstreams[0]?.connections.connecting, 1);
    // Linux asks for a connection again after a second.
    await suspend(proxy, suspensionMs, () => server.goOn());
    expect(await statusOf(client)).toBe(200);
    expect(turnsOf(proxy)).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'A drain timeout that ends during a suspension cuts no response that came meanwhile',
  async () => {
    const upstream = await RawUpstream.start();
    const proxy = await ProxyProcess.start([
      ...['--target', upstream.origin, '--drain-timeout', '1s'],
    ]);
    const gate = gated();
    upstream.respond(gate.pass);
    const client = await send(proxy, {});
    await eventually(() => expect(gate.waiting).toBe(1));
    proxy.signal('SIGTERM');
    await proxy.logged(({ msg }) => msg.startsWith('draining'));
    await suspend(proxy, 1500, gate.open);
    expect(await statusOf(client)).toBe(200);
    expect(await proxy.exitCode()).toBe(0);
  },
);
