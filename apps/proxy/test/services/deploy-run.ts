import { Agent, createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { Reloader } from '../../src/instance/reloader.ts';
import { resolutionSteps } from '../kit/config-from-flags.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

export interface DeploySize {
  readonly reloads: number;
  readonly everyMs: number;
  readonly pauses: number;
  readonly pauseMs: number;
  readonly perSecond: number;
  readonly streams: number;
  readonly waiting: number;
}

export interface DeployReport {
  readonly sent: number;
  /** Status and how often, of all requests. */
  readonly statuses: Record<string, number>;
  /** By service and outcome, as the proxy counts them. */
  readonly outcomes: Record<string, number>;
  readonly longestQueue: number;
  readonly brokenStreams: number;
  readonly streamEvents: number;
  readonly inOrder: boolean;
  /** Requests at the backend above the limit that was in force when they got their permit. */
  readonly aboveLimit: number;
}

const token = 'deploys';
const flags = { '--host': '127.0.0.1', '--port': 0, '--admin-token': token } as const;
const apiMs = 30;
const slowMs = 40;
const streamBeatMs = 200;

/** Answers after a while, or streams until it is told to end. */
class Backend {
  readonly streams = new Set<ServerResponse>();
  readonly atOnce = new Map<string, number>();
  origin = '';

  async start(onArrival: (kind: string) => void): Promise<this> {
    const server = createServer((asked, response) => {
      const kind = (asked.url as string).split('/')[1] as string;
      if (kind === 'events') {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        this.streams.add(response);
        let n = 0;
        const beat = setInterval(() => response.write(`data: ${n++}\n\n`), streamBeatMs);
        response.on('close', () => {
          clearInterval(beat);
          this.streams.delete(response);
        });
        return;
      }
      this.atOnce.set(kind, (this.atOnce.get(kind) ?? 0) + 1);
      onArrival(kind);
      setTimeout(
        () => {
          this.atOnce.set(kind, (this.atOnce.get(kind) ?? 0) - 1);
          response.end('done');
        },
        kind === 'slow' ? slowMs : apiMs,
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    return this;
  }

  endStreams(): void {
    for (const response of this.streams) response.end('data: end\n\n');
  }
}

/** A file for each turn: limits, routes, targets and timeouts differ from the one before. */
function fileOf(turn: number, [one, other]: readonly [string, string]): object {
  const targets = [[one, other], [other], [one]][turn % 3] as string[];
  const timeouts = { read_timeout: `${60 + (turn % 5)}s`, connect_timeout: `${5 + (turn % 3)}s` };
  // Room and time enough for a machine that stands still: whoever is refused was refused by a change.
  const queue = { max_queue_size: 20_000, queue_timeout: '10m', queue_order: 'fifo' };
  return {
    // Everybody is in this one process, on a machine that others use: it is late without having too much to do.
    ...{ shed_event_loop_delay: 'off', shed_memory: 'off' },
    pool_connections: 20 + (turn % 4),
    services: {
      api: { targets, max_concurrent_requests: 20 + 10 * (turn % 3), ...queue, ...timeouts },
      slow: { targets, max_concurrent_requests: 2 + (turn % 4), ...queue, ...timeouts },
      events: {
        targets,
        max_concurrent_requests: 500 + turn,
        pool_maxsize: 500,
        read_timeout: '60s',
      },
      ...(turn % 2 === 0 ? { extra: { targets: [one] } } : {}),
    },
    routes: [
      { path: '/events/', service: 'events' },
      { path: '/slow/', service: 'slow', request_timeout: `${90 + turn}s` },
      ...(turn % 2 === 0 ? [{ path: '/extra/', service: 'extra' }] : []),
      { path: '/api/', service: 'api', ...(turn % 3 === 0 ? { max_retries: 1 } : {}) },
      ...(turn % 4 === 0 ? [{ service: 'api' }] : []),
    ],
  };
}

/** Reloads and pauses under load, through the endpoints; a report of what its clients and the backends saw. */
export async function deployUnderLoad(size: DeploySize): Promise<DeployReport> {
  const highest = new Map<string, { limit: number; until: number }[]>();
  let aboveLimit = 0;
  const backends = [new Backend(), new Backend()] as const;
  const atBackends = (kind: string) =>
    backends.reduce((sum, { atOnce }) => sum + (atOnce.get(kind) ?? 0), 0);
  const onArrival = (kind: string) => {
    const now = performance.now();
    // Whoever got a permit by the limit of before may still be there, or on the way.
    const limits = (highest.get(kind) ?? []).filter(({ until }) => until > now - 1000);
    if (atBackends(kind) > Math.max(...limits.map(({ limit }) => limit))) aboveLimit += 1;
  };
  for (const backend of backends) await backend.start(onArrival);
  const origins = [backends[0].origin, backends[1].origin] as const;
  let file = fileOf(0, origins);
  const proxy = await startGateway({ '--admin-token': token }, file);
  const { instance } = proxy;
  instance.reloader = new Reloader(instance, () => resolutionSteps(flags, file));
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  onTestFinished(() => agent.destroy());

  const noteLimits = () => {
    for (const { name, permits } of instance.services) {
      const known = highest.get(name) ?? [];
      const last = known.at(-1);
      if (last !== undefined) last.until = performance.now();
      known.push({ limit: permits.limit, until: Number.POSITIVE_INFINITY });
      highest.set(name, known);
    }
  };
  noteLimits();

  // In order: who came first to the line goes first to a target.
  const [came, went]: [string[], string[]] = [[], []];
  instance.events.on('request_started', ({ service, id }) => {
    if (service.name === 'slow') came.push(id);
  });
  instance.events.on('attempt_started', ({ service, id }) => {
    if (service.name === 'slow') went.push(id);
    const { permits } = proxy.serviceOf(service.name);
    if (permits.inFlight > permits.limit) overGranted += 1;
  });
  let overGranted = 0;
  let longestQueue = 0;
  const outcomes: Record<string, number> = {};
  instance.events.on('request_finished', ({ outcome, service }) => {
    const name = `${service.name} ${outcome}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
    longestQueue = Math.max(longestQueue, service.permits.queued);
  });

  const statuses: Record<string, number> = {};
  let sent = 0;
  const count = (status: string | number) => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const ask = (path: string): Promise<void> => {
    sent += 1;
    return new Promise((resolve) => {
      const end = (status: string | number) => {
        count(status);
        resolve();
      };
      request({ port: proxy.port, host: '127.0.0.1', path, agent }, (response) => {
        response.resume().on('end', () => end(response.statusCode ?? 0));
        response.on('error', () => end('cut'));
      })
        .on('error', (error) => end(error.message))
        .end();
    });
  };

  const streams = Array.from({ length: size.streams }, (_, i) => stream(proxy, agent, i));
  await eventually(() =>
    expect(backends.reduce((sum, one) => sum + one.streams.size, 0)).toBe(size.streams),
  );

  let over = false;
  const slowClients = Array.from({ length: size.waiting }, async (_, i) => {
    while (!over) await ask(`/slow/${i}`);
  });
  const asked: Promise<void>[] = [];
  const startedAt = performance.now();
  const load = setInterval(() => {
    const due = ((performance.now() - startedAt) / 1000) * size.perSecond;
    while (asked.length < due) asked.push(ask(`/api/${asked.length}`));
  }, 5);

  for (let turn = 1; turn <= size.reloads; turn++) {
    await sleep(size.everyMs);
    file = fileOf(turn, origins);
    await change(proxy, 'reload');
    noteLimits();
    if (turn % Math.ceil(size.reloads / size.pauses) !== 0) continue;
    await change(proxy, 'pause?service=api');
    await sleep(size.pauseMs);
    await change(proxy, 'resume?service=api');
  }
  clearInterval(load);
  over = true;
  await Promise.all([...asked, ...slowClients]);
  for (const backend of backends) backend.endStreams();
  const streamed = await Promise.all(streams);
  agent.destroy();

  return {
    sent,
    statuses,
    outcomes,
    longestQueue,
    brokenStreams: streamed.filter((events) => events === null).length,
    streamEvents: streamed.reduce((sum: number, events) => sum + (events ?? 0), 0),
    inOrder: came.length === went.length && came.every((id, i) => went[i] === id),
    aboveLimit: aboveLimit + overGranted,
  };
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function change({ port }: TestGateway, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, connection: 'close' };
  const asked = { port, host: '127.0.0.1', path: `/proxy-admin/${path}`, method: 'POST', headers };
  return new Promise((resolve, reject) => {
    request({ ...asked, agent: false }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`${path}: ${response.statusCode}`));
      });
    })
      .on('error', reject)
      .end();
  });
}

/** How many events came, in order and to the end; null: it broke off. */
function stream({ port }: TestGateway, agent: Agent, i: number): Promise<number | null> {
  return new Promise((resolve) => {
    let text = '';
    const end = () => {
      const events = text.split('\n\n').slice(0, -1);
      const whole = events.pop() === 'data: end' && events.every((one, n) => one === `data: ${n}`);
      resolve(whole ? events.length : null);
    };
    request({ port, host: '127.0.0.1', path: `/events/${i}`, agent }, (response) => {
      response
        .setEncoding('utf8')
        .on('data', (part: string) => {
          text += part;
        })
        .on('end', end)
        .on('error', () => resolve(null));
    })
      .on('error', () => resolve(null))
      .end();
  });
}
