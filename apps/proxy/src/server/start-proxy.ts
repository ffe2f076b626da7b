import type { Server } from 'node:net';
import type { Configuration } from '../config/configuration.ts';
import { StagedCloses } from '../front/node/staged-close.ts';
import { CertificateWatch } from '../instance/certificate-watch.ts';
import { Instance, type InstanceOptions } from '../instance/instance.ts';
import { systemTime } from '../system/system-time.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { type AdminListener, startAdminListener } from './admin-listener.ts';
import { Front, type OpenListener } from './open-front.ts';
import { startRedirectListener } from './redirect-listener.ts';

interface DrainResult {
  /** Requests that did not finish in time and were cut. */
  readonly cut: number;
}

/** A listening proxy. */
export interface RunningProxy {
  readonly instance: Instance;
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
  /** Refuses what is new, lets what is under way finish within `--drain-timeout`, cuts the rest. */
  drain(): Promise<DrainResult>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

/** Listens; rejects with a ListenError when it can't, and with another Error where a certificate is no good. */
export async function startProxy(
  configuration: Configuration,
  options: InstanceOptions = {},
): Promise<RunningProxy> {
  const selfSigned = configuration.settings.tls === null ? {} : { selfSigned: makeSelfSigned() };
  const instance = new Instance(configuration, { ...options, ...selfSigned });
  const { settings } = instance;
  if (settings.otlpEndpoint !== null) {
    const { openTracing } = await import('../observe/tracing/open-tracing.ts');
    instance.tracing = openTracing(instance, settings.otlpEndpoint);
  }
  const closes = new StagedCloses(instance.wheel);
  // First up and last down: whoever watches sees the start and the drain.
  let admin: AdminListener | null = null;
  let redirect: AdminListener | null = null;
  let front: Front;
  try {
    admin = await startAdminListener(instance, closes);
    front = await Front.open(instance, closes);
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
  return {
    instance,
    front,
    server: first.door,
    host,
    port,
    redirect,
    admin:
      admin === null
        ? { ...{ host, port }, secure: first.settings.tls }
        : { ...admin, secure: false },
    close,
    drain: async () => {
      instance.draining = true;
      // Idle connections go now; the others carry one more answer, with Connection: close.
      engine.closeIdleConnections();
      const cut = await finishOrCut(instance);
      await closes.over(cutGraceMs);
      await close();
      return { cut };
    },
  };
}

/** Null without TLS. */
function watchCertificates(instance: Instance): CertificateWatch | null {
  if (instance.certificates === null) return null;
  const watch = new CertificateWatch(instance, instance.certificates);
  instance.events.on('reloaded', () => watch.watchFiles());
  return watch;
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
