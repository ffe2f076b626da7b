import type { AddressInfo, Socket } from 'node:net';
import type { Configuration } from '../config/configuration.ts';
import { engines, type FrontServer } from '../front/engines.ts';
import { StagedCloses } from '../front/staged-close.ts';
import { Instance, type InstanceOptions } from '../instance/instance.ts';
import { systemTime } from '../system/system-time.ts';
import { outliveAcceptErrors } from './accept-errors.ts';
import { type AdminListener, startAdminListener } from './admin-listener.ts';
import { Dispatcher } from './dispatcher.ts';
import { listen } from './listen.ts';

interface DrainResult {
  /** Requests that did not finish in time and were cut. */
  readonly cut: number;
}

/** A listening proxy. */
export interface RunningProxy {
  readonly instance: Instance;
  readonly server: FrontServer;
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
  configuration: Configuration,
  options: InstanceOptions = {},
): Promise<RunningProxy> {
  const instance = new Instance(configuration, options);
  const { settings } = instance;
  if (settings.otlpEndpoint !== null) {
    const { openTracing } = await import('../observe/tracing/open-tracing.ts');
    instance.tracing = openTracing(instance, settings.otlpEndpoint);
  }
  const closes = new StagedCloses(instance.wheel);
  const server = engines[settings.engine](new Dispatcher(instance), closes);
  outliveAcceptErrors(server, instance);
  const sockets = instance.clientSockets;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });

  // First up and last down: whoever watches sees the start and the drain.
  let admin: AdminListener | null = null;
  let address: AddressInfo;
  try {
    admin = await startAdminListener(instance, closes);
    const flags = { host: '--host', port: '--port' };
    address = await listen(server, settings.host, settings.port, flags);
  } catch (error) {
    await admin?.close();
    instance.close();
    throw error;
  }
  const { address: host, port } = address;

  const close = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
    await instance.tracing?.close();
    await admin?.close();
    instance.close();
  };
  return {
    instance,
    server,
    host,
    port,
    admin: admin ?? { host, port },
    close,
    drain: async () => {
      instance.draining = true;
      // Idle connections go now; the others carry one more answer, with Connection: close.
      server.closeIdleConnections();
      const cut = await finishOrCut(instance);
      await closes.over(cutGraceMs);
      await close();
      return { cut };
    },
  };
}

/** What is cut is told so; a client that doesn't take that, or goes on sending, is closed with the rest after this. */
const cutGraceMs = 1000;

/** Number of requests that had to be cut. */
function finishOrCut({ exchanges, events, settings }: Instance): Promise<number> {
  return new Promise((resolve) => {
    let cut = 0;
    const end = () => {
      clearTimeout(timer);
      events.off('request_finished', onFinished);
      resolve(cut);
    };
    const onFinished = () => {
      if (exchanges.size === 0) end();
    };
    const cutRest = () => {
      cut = exchanges.size;
      if (cut === 0) return;
      timer = setTimeout(end, cutGraceMs);
      for (const exchange of [...exchanges]) {
        exchange.interrupt('draining', 'cut: the drain timeout is over (--drain-timeout)');
      }
    };
    // Whoever stops us counts the time for which we are suspended; but answers that came meanwhile are not cut.
    let timer = setTimeout(() => systemTime.afterIo(cutRest), settings.drainTimeoutMs);
    events.on('request_finished', onFinished);
    onFinished();
  });
}
