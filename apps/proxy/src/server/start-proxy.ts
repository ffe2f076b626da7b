import type { AddressInfo, Socket } from 'node:net';
import type { Configuration } from '../config/configuration.ts';
import { engines, type FrontServer } from '../front/engines.ts';
import { StagedCloses } from '../front/node/staged-close.ts';
import { Instance, type InstanceOptions } from '../instance/instance.ts';
import { type InheritedSockets, noSockets } from '../system/inherited-sockets.ts';
import { systemTime } from '../system/system-time.ts';
import { Generations } from '../upgrade/generations.ts';
import type { Predecessor } from '../upgrade/predecessor.ts';
import { outliveAcceptErrors } from './accept-errors.ts';
import { type AdminListener, startAdminListener } from './admin-listener.ts';
import { Dispatcher } from './dispatcher.ts';
import { IdleConnections } from './idle-connections.ts';
import { listen, listeningFd, stopAccepting } from './listen.ts';

interface DrainResult {
  /** Requests that did not finish in time and were cut. */
  readonly cut: number;
}

/** A listening proxy. */
export interface RunningProxy {
  readonly instance: Instance;
  readonly generations: Generations;
  readonly server: FrontServer;
  readonly host: string;
  readonly port: number;
  /** Where /proxy-* answers: the same as above unless --admin-port gives it a listener of its own. */
  readonly admin: { readonly host: string; readonly port: number };
  /** Descriptors of the listening sockets; -1 where this system has none. */
  readonly fds: { readonly client: number; readonly admin: number | null };
  /** Refuses what is new, lets what is under way finish within `--drain-timeout`, cuts the rest. */
  drain(): Promise<DrainResult>;
  /**
   * Its successor serves: accepts no more, and serves what comes on the connections that it has. Ends when the last of
   * them is closed; cuts what is left after `--drain-timeout`.
   */
  handOver(): Promise<DrainResult>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

interface StartOptions extends InstanceOptions {
  /** Listening sockets that came with the process. */
  readonly sockets?: InheritedSockets;
  /** Whose clients and limits this one takes over. */
  readonly predecessor?: Predecessor | null;
}

/** Listens; rejects with a ListenError when it can't, and with another error when its predecessor is gone. */
export async function startProxy(
  configuration: Configuration,
  options: StartOptions = {},
): Promise<RunningProxy> {
  const { sockets: inherited = noSockets, predecessor } = options;
  const instance = new Instance(configuration, options);
  const { settings } = instance;
  if (settings.otlpEndpoint !== null) {
    const { openTracing } = await import('../observe/tracing/open-tracing.ts');
    instance.tracing = openTracing(instance, settings.otlpEndpoint);
  }
  const generations = new Generations(instance);
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
    await predecessor?.takeOver(generations);
    admin = await startAdminListener(instance, closes, inherited.admin);
    const flags = { host: '--host', port: '--port' };
    address = await listen(server, settings.host, settings.port, inherited.client, flags);
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
  const finish = async (isOver: () => boolean) => {
    const cut = await finishOrCut(instance, isOver);
    await closes.over(cutGraceMs);
    await close();
    return { cut };
  };
  return {
    instance,
    generations,
    server,
    host,
    port,
    admin: admin ?? { host, port },
    fds: { client: listeningFd(server), admin: admin?.fd ?? null },
    close,
    drain: () => {
      instance.draining = true;
      // Idle connections go now; the others carry one more answer, with Connection: close.
      server.closeIdleConnections();
      return finish(() => instance.exchanges.size === 0);
    },
    handOver: async () => {
      instance.leaving = true;
      stopAccepting(server);
      admin?.stopAccepting();
      const idle = new IdleConnections(server);
      const ending = setInterval(() => idle.endThose(instance.wheel.now()), endIdleEveryMs);
      const result = await finish(() => connectionsAreOver(instance));
      clearInterval(ending);
      return result;
    },
  };
}

/** What is cut is told so; a client that doesn't take that, or goes on sending, is closed with the rest after this. */
const cutGraceMs = 1000;

const endIdleEveryMs = 500;
/** What is waited for besides the end of requests is looked at so often. */
const lookEveryMs = 50;

/** Every connection is closed, and what the targets work on for requests given up has had its time (--abandoned-hold). */
const connectionsAreOver = ({ clientSockets, everyService }: Instance): boolean =>
  clientSockets.size === 0 && everyService.every(({ permits }) => permits.inFlight === 0);

/** Number of requests that had to be cut. */
function finishOrCut(
  { exchanges, events, settings }: Instance,
  isOver: () => boolean,
): Promise<number> {
  return new Promise((resolve) => {
    let cut = 0;
    const end = () => {
      clearTimeout(timer);
      clearInterval(looking);
      events.off('request_finished', onFinished);
      resolve(cut);
    };
    const onFinished = () => {
      if (isOver()) end();
    };
    const cutRest = () => {
      cut = exchanges.size;
      if (cut === 0) {
        end();
        return;
      }
      timer = setTimeout(end, cutGraceMs);
      for (const exchange of [...exchanges]) {
        exchange.interrupt('draining', 'cut: the drain timeout is over (--drain-timeout)');
      }
    };
    // Whoever stops us counts the time for which we are suspended; but answers that came meanwhile are not cut.
    let timer = setTimeout(() => systemTime.afterIo(cutRest), settings.drainTimeoutMs);
    const looking = setInterval(onFinished, lookEveryMs);
    events.on('request_finished', onFinished);
    onFinished();
  });
}
