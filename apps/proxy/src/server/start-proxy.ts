import type { Server } from 'node:net';
import type { Configuration } from '../config/configuration.ts';
import { StagedCloses } from '../front/staged-close.ts';
import { CertificateWatch } from '../instance/certificate-watch.ts';
import { Instance, type InstanceOptions } from '../instance/instance.ts';
import { type InheritedSockets, noSockets } from '../system/inherited-sockets.ts';
import { systemTime } from '../system/system-time.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { Generations } from '../upgrade/generations.ts';
import type { Predecessor } from '../upgrade/predecessor.ts';
import { type AdminListener, startAdminListener } from './admin-listener.ts';
import { IdleConnections } from './idle-connections.ts';
import { listeningFd, stopAccepting } from './listen.ts';
import { Front, type OpenListener } from './open-front.ts';
import { type RedirectListener, startRedirectListener } from './redirect-listener.ts';

interface DrainResult {
  /** Requests that did not finish in time and were cut. */
  readonly cut: number;
}

/** A listening proxy. */
export interface RunningProxy {
  readonly instance: Instance;
  readonly generations: Generations;
  readonly front: Front;
  /** The first listener. */
  readonly server: Server;
  /** Of the first listener; a Unix socket's path, and 0. */
  readonly host: string;
  readonly port: number;
  /** Where plain HTTP is answered with a redirect (`--http-redirect-port`); null without. */
  readonly redirect: { readonly host: string; readonly port: number } | null;
  /** Where /proxy-* answers: the same as above unless --admin-port gives it a listener of its own. */
  readonly admin: { readonly secure: boolean; readonly host: string; readonly port: number };
  /**
   * Descriptors of the listening sockets; -1 where this system has none, or there are more of them than can be handed
   * to a successor.
   */
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

/**
 * Listens; rejects with a ListenError when it can't, and with another error when its predecessor is gone or a
 * certificate is no good.
 */
export async function startProxy(
  configuration: Configuration,
  options: StartOptions = {},
): Promise<RunningProxy> {
  const { sockets: inherited = noSockets, predecessor } = options;
  const selfSigned = configuration.settings.tls === null ? {} : { selfSigned: makeSelfSigned() };
  const instance = new Instance(configuration, { ...options, ...selfSigned });
  const { settings } = instance;
  if (settings.otlpEndpoint !== null) {
    const { openTracing } = await import('../observe/tracing/open-tracing.ts');
    instance.tracing = openTracing(instance, settings.otlpEndpoint);
  }
  const generations = new Generations(instance);
  const closes = new StagedCloses(instance.wheel);
  // First up and last down: whoever watches sees the start and the drain.
  let admin: AdminListener | null = null;
  let redirect: RedirectListener | null = null;
  let front: Front;
  try {
    await predecessor?.takeOver(generations);
    admin = await startAdminListener(instance, closes, inherited.admin);
    front = await Front.open(instance, closes, inherited.client);
  } catch (error) {
    await admin?.close();
    instance.close();
    throw error;
  }
  const { engine, listeners } = front;
  const watch = watchCertificates(instance);
  try {
    redirect = await startRedirectListener(instance, closes, front);
  } catch (error) {
    watch?.close();
    await front.close();
    await admin?.close();
    instance.close();
    throw error;
  }
  const [first] = listeners as [OpenListener];
  const { host, port } = { host: first.host, port: first.port ?? 0 };

  const close = async () => {
    watch?.close();
    const closed = front.close();
    for (const socket of instance.clientSockets) socket.destroy();
    await closed;
    await redirect?.close();
    await instance.tracing?.close();
    await admin?.close();
    instance.close();
  };
  const finish = async (isOver: () => boolean) => {
    const cut = await finishOrCut(instance, isOver);
    await Promise.all([closes.over(cutGraceMs), front.http2.over(cutGraceMs)]);
    await close();
    return { cut };
  };
  return {
    instance,
    generations,
    front,
    server: first.door,
    host,
    port,
    redirect,
    admin:
      admin === null
        ? { ...{ host, port }, secure: first.settings.tls }
        : { ...admin, secure: false },
    fds: {
      client: listeners.length === 1 && redirect === null ? fdOf(first) : -1,
      admin: admin?.fd ?? null,
    },
    close,
    drain: async () => {
      instance.draining = true;
      // Idle connections go now; the others carry one more answer, with Connection: close.
      engine.closeIdleConnections();
      await front.http2.retire(noticeMs);
      return finish(() => instance.exchanges.size === 0);
    },
    handOver: async () => {
      instance.leaving = true;
      for (const { door } of listeners) stopAccepting(door);
      admin?.stopAccepting();
      void front.http2.retire(noticeMs);
      const idle = new IdleConnections(engine);
      const ending = setInterval(() => idle.endThose(instance.wheel.now()), endIdleEveryMs);
      const result = await finish(() => connectionsAreOver(instance) && !front.isBusy);
      clearInterval(ending);
      return result;
    },
  };
}

/** A Unix socket is taken away by whoever made it, once that ends: it can't be handed over. */
const fdOf = ({ door, port }: OpenListener): number => (port === null ? -1 : listeningFd(door));

/** Null without TLS. */
function watchCertificates(instance: Instance): CertificateWatch | null {
  if (instance.certificates === null) return null;
  const watch = new CertificateWatch(instance, instance.certificates);
  instance.events.on('reloaded', () => watch.watchFiles());
  return watch;
}

/** A client of HTTP/2 has so long to read that it is to open no more streams. */
const noticeMs = 1000;

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
