import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { handleControl, isControl } from './control.ts';
import { makePlan } from './plan.ts';
import type { Script, ScriptInput } from './script.ts';
import { Service } from './service.ts';
import type { Stats } from './tally.ts';
import { handleUpgrade } from './upgrade.ts';

/** Where to listen, and the script to start with. */
export interface BackendOptions extends ScriptInput {
  /** Default 127.0.0.1. */
  host?: string | undefined;
  /** Default 0: any free one. */
  port?: number | undefined;
  /** How long an idle connection is kept, default 60 s. */
  keepAliveTimeoutMs?: number | undefined;
}

export interface Backend {
  /** Such as `http://127.0.0.1:9000`, without a final slash. */
  url: string;
  host: string;
  port: number;
  server: Server;
  script(): Script;
  /** Changes the named fields of the script, for requests to come. Throws ScriptError. */
  behave(script: ScriptInput): void;
  /** As freshly started: first script, first random number, totals at zero, nothing hanging. */
  reset(): void;
  stats(): Stats;
  /** Resolves with the counters as soon as the predicate holds; rejects when the backend closes first. */
  waitFor(predicate: (stats: Stats) => boolean): Promise<Stats>;
  /** Lets all hanging requests go on; returns how many there were. */
  releaseAll(): number;
  /** Refuses new connections and cuts those there are, as a crash does, until `startListening`. */
  stopListening(): Promise<void>;
  /** Listens again, on the same port. */
  startListening(): Promise<void>;
  /** Ends everything at once: server, connections, work. */
  close(): Promise<void>;
}

/** Starts a backend in this process. Rejects with ScriptError or with the error of listening. */
export async function startBackend(options: BackendOptions = {}): Promise<Backend> {
  const { host = '127.0.0.1', port = 0, keepAliveTimeoutMs = 60_000, ...script } = options;
  const service = new Service(script);
  const { tally } = service;
  const sockets = new Set<Socket>();
  const server = createServer({
    keepAliveTimeout: keepAliveTimeoutMs,
    // Slow clients are welcome here: it is the proxy's timeouts that are under test.
    requestTimeout: 0,
    headersTimeout: 0,
    maxHeaderSize: 64 * 1024,
  });
  server.maxHeadersCount = 0;
  // Node 24 adds a second to the timeout unless told otherwise.
  Object.assign(server, { keepAliveTimeoutBuffer: 0 });

  server.on('connection', (socket) => {
    sockets.add(socket);
    tally.add({ connections: 1, totalConnections: 1 });
    socket.on('close', () => {
      sockets.delete(socket);
      tally.add({ connections: -1 });
    });
  });
  server.on('request', (req, res) => {
    if (isControl(req.url ?? '')) void handleControl(service, req, res);
    else service.handle(req, res);
  });
  server.on('upgrade', (req, socket, head) => handleUpgrade(service, req, socket, head));

  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port: at, backlog: 4096 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });

  await listen(port);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    host,
    port: bound,
    server,
    script: () => service.plan.script,
    behave: (fields) => service.run(makePlan({ ...service.plan.script, ...fields })),
    reset: () => service.reset(),
    stats: () => tally.snapshot(),
    waitFor: (predicate) => tally.waitFor(predicate),
    releaseAll: () => service.releaseAll(),
    stopListening: stop,
    startListening: () => listen(bound),
    async close() {
      service.close();
      await stop();
      // The server is closed a moment before its last sockets and requests have been told.
      await tally.waitFor(({ connections, active }) => connections === 0 && active === 0);
      tally.close();
    },
  };
}
