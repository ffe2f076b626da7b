import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { ProxyConfig } from './cli/proxy-options.ts';
import { Gateway } from './gateway.ts';
import { exchangesOf, onConnectionClosed } from './request/exchange.ts';
import { type AdminListener, startAdminListener } from './server/admin-listener.ts';
import { listen } from './server/listen.ts';
import { createListener } from './server/listener.ts';
import { StagedCloses } from './server/staged-close.ts';

interface DrainResult {
  /** Requests that did not finish in time and were cut. */
  readonly cut: number;
}

/** A listening proxy. */
export interface RunningProxy {
  readonly gateway: Gateway;
  readonly server: Server;
  readonly host: string;
  readonly port: number;
  /** Where /proxy-* answers: the same as above unless --admin-port gives it a listener of its own. */
  readonly admin: { readonly host: string; readonly port: number };
  /** Refuses what is new, lets what is under way finish within `--drain-timeout`, cuts the rest. */
  drain(): Promise<DrainResult>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** Listens; rejects with a ListenError when it can't. */
export async function startProxy(
  config: ProxyConfig,
  options: { demo?: boolean } = {},
): Promise<RunningProxy> {
  const gateway = new Gateway(config, options);
  if (config.otlpEndpoint !== null) {
    const { openTracing } = await import('./observe/tracing/open-tracing.ts');
    gateway.tracing = openTracing(gateway, config.otlpEndpoint);
  }
  const closes = new StagedCloses(gateway.wheel);
  const server = createListener(gateway, closes);
  const sockets = gateway.clientSockets;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    gateway.metrics.clientConnections = sockets.size;
    socket.once('close', () => {
      sockets.delete(socket);
      gateway.metrics.clientConnections = sockets.size;
      onConnectionClosed(socket);
    });
  });

  // First up and last down: whoever watches sees the start and the drain.
  let admin: AdminListener | null = null;
  let address: AddressInfo;
  try {
    admin = await startAdminListener(gateway, closes);
    const flags = { host: '--host', port: '--port' };
    address = await listen(server, config.host, config.port, flags);
  } catch (error) {
    await admin?.close();
    gateway.close();
    throw error;
  }
  const { address: host, port } = address;

  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
    await gateway.tracing?.close();
    await admin?.close();
    gateway.close();
  };
  return {
    gateway,
    server,
    host,
    port,
    admin: admin ?? { host, port },
    close,
    drain: async () => {
      gateway.draining = true;
      // Idle connections go now; the others carry one more answer, with Connection: close.
      server.closeIdleConnections();
      const cut = await finishOrCut(gateway, sockets);
      await closes.over(cutGraceMs);
      await close();
      return { cut };
    },
  };
}

/** What is cut is told so; a client that doesn't take that, or goes on sending, is closed with the rest after this. */
const cutGraceMs = 1000;

/** Number of requests that had to be cut. */
function finishOrCut(gateway: Gateway, sockets: ReadonlySet<Socket>): Promise<number> {
  const underWay = () => gateway.metrics.total - gateway.metrics.counts.finished;
  return new Promise((resolve) => {
    let cut = 0;
    const end = () => {
      clearTimeout(timer);
      gateway.events.off('request_finished', onFinished);
      resolve(cut);
    };
    const onFinished = () => {
      if (underWay() === 0) end();
    };
    let timer = setTimeout(() => {
      cut = underWay();
      timer = setTimeout(end, cutGraceMs);
      for (const exchange of [...sockets].flatMap(exchangesOf)) {
        exchange.interrupt('draining', 'cut: the drain timeout is over (--drain-timeout)');
      }
    }, gateway.config.drainTimeoutMs);
    gateway.events.on('request_finished', onFinished);
    onFinished();
  });
}
