import { X509Certificate } from 'node:crypto';
import { closeSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Backend, startBackend } from '@spillway/backend';
import { problem, readTokenFile } from '@spillway/options';
import { paint } from '@spillway/terminal';
import type { Configuration } from '../../config/configuration.ts';
import {
  type ProxyConfig,
  proxyOptions,
  type ResolvedProxyOptions,
} from '../../config/proxy-options.ts';
import {
  type ConfigurationResolution,
  oneService,
  type ResolvedConfiguration,
} from '../../config/resolve-configuration.ts';
import type { Steps } from '../../config/steps.ts';
import { ConfigWatch } from '../../instance/config-watch.ts';
import type { Instance } from '../../instance/instance.ts';
import { Reloader } from '../../instance/reloader.ts';
import { logEvents } from '../../observe/access-log.ts';
import { openLogger, type ProxyLogger } from '../../observe/logger.ts';
import { ListenError } from '../../server/listen.ts';
import { type RunningProxy, startProxy } from '../../server/start-proxy.ts';
import { takeInheritedSockets } from '../../system/inherited-sockets.ts';
import { notifySystemd } from '../../upgrade/notify-systemd.ts';
import { PidFile } from '../../upgrade/pid-file.ts';
import { Predecessor, tellPredecessor } from '../../upgrade/predecessor.ts';
import { contextsHere } from '../check/lint/context-here.ts';
import { lint } from '../check/lint/rules.ts';
import { formatFinding } from '../check/report-findings.ts';
import { defaultStopTimeouts } from '../check/stop-timeouts.ts';
import { bannerOf } from './banner.ts';
import { untilStopped } from './until-stopped.ts';

/** So long may what is written still come out where something else holds the process. */
const lastWordsMs = 200;

/** Runs the proxy until a signal; resolves to the exit code: 0 drained, 1 could not start, 2 misused. */
export async function runStart(
  { resolved, configuration: given }: ResolvedConfiguration,
  readAgain: () => Steps<ConfigurationResolution>,
): Promise<number> {
  const taken = takeInheritedSockets(process.env, process);
  if ('fault' in taken) return refuse(taken.fault, 2);
  const { sockets } = taken;
  if (sockets.admin !== null && given.settings.adminPort === null) {
    if (!taken.succeeds) return refuse('LISTEN_FDNAMES has an admin socket: give --admin-port', 2);
    closeSync(sockets.admin);
  }
  const predecessor = taken.succeeds ? new Predecessor() : null;
  const wantsDemo = given.services.every(({ targets }) => targets.length === 0);
  if (wantsDemo && process.env.NODE_ENV === 'production') {
    return refuse(
      'no target: give --target URL. The demo backend is not for NODE_ENV=production.',
      2,
    );
  }
  const fault = firstOf(given.services, ({ settings }) => findFileFault(settings));
  if (fault !== null) return refuse(fault, 2);

  let logger: ProxyLogger;
  try {
    logger = await openLogger(resolved.config);
  } catch (error) {
    return refuse(`cannot write --log-file ${resolved.config.logFile}: ${messageOf(error)}`, 2);
  }

  const demo = wantsDemo ? await startBackend({ host: '127.0.0.1', port: 0 }) : null;
  const configuration = demo === null ? given : demoConfiguration(resolved, demo);
  let running: RunningProxy;
  try {
    running = await startProxy(configuration, { demo: demo !== null, sockets, predecessor });
  } catch (error) {
    await demo?.close();
    return refuse(error instanceof ListenError ? listenFault(error) : messageOf(error), 1);
  }
  running.instance.metrics.logLosses = logger.losses;
  running.instance.reloader = new Reloader(running.instance, () => readForReload(readAgain, demo));
  logEvents(running.instance, logger);
  const watch = watchConfig(running.instance, resolved.file);
  // Before the first lines: whoever has read them may send a signal.
  const { pidFile: pidPath } = running.instance.settings;
  const pidFile = pidPath === null ? null : new PidFile(pidPath);
  const stopped = untilStopped({ running, logger, pidFile, predecessor });
  // A command may fail where what it prints can't be written; a proxy that serves may not.
  process.stderr.removeAllListeners('error').on('error', () => {});
  // On standard error, so that standard output stays one JSON object a line for whoever parses it.
  process.stderr.write(`${bannerOf(running)}\n`);
  warnOf(configuration);

  try {
    pidFile?.write(process.pid);
  } catch (error) {
    watch?.close();
    await Promise.all([running.close(), demo?.close()]);
    return refuse(`cannot write --pid-file ${pidPath}: ${messageOf(error)}`, 2);
  }
  const unheard = await notifySystemd(process.env, process.pid);
  if (unheard !== null) logger.log.warn({ reason: unheard }, 'systemd could not be notified');
  // Only now: its predecessor may end immediately, and systemd is to know by then which process is the service.
  predecessor?.serving();

  const exitCode = await stopped;
  watch?.close();
  pidFile?.removeIf(process.pid);
  await demo?.close();
  await logger.close();
  endThoughHeld(exitCode);
  return exitCode;
}

function watchConfig(instance: Instance, file: string | null): ConfigWatch | null {
  if (!instance.settings.watchConfig) return null;
  const path = resolve(file ?? proxyOptions.defaultFile);
  return new ConfigWatch(path, () => {
    // Its successor watches too.
    if (!instance.leaving) void instance.reloader?.reload();
  });
}

/**
 * What can't be called off must not keep the process: a line that the reader of standard error doesn't take, or
 * OpenTelemetry's exporter, whose requests and waits go on after `shutdown` until the export's time is over.
 */
function endThoughHeld(exitCode: number): void {
  setTimeout(() => process.exit(exitCode), lastWordsMs).unref();
}

/** As at the start: the files that it names are looked at too, and the demo backend stays where it was. */
function* readForReload(
  read: () => Steps<ConfigurationResolution>,
  demo: Backend | null,
): Steps<ConfigurationResolution> {
  const resolution = yield* read();
  if (!resolution.ok) return resolution;
  const { resolved, configuration } = resolution;
  const fault = firstOf(configuration.services, ({ settings }) => findFileFault(settings));
  if (fault !== null) {
    return { ok: false, problems: [problem('unreadable_file', 'configuration', fault)] };
  }
  if (configuration.services.some(({ targets }) => targets.length > 0)) return resolution;
  if (demo !== null) return { ...resolution, configuration: demoConfiguration(resolved, demo) };
  return { ok: false, problems: [problem('conflict', 'configuration', 'there is no target')] };
}

/** The demo listens on loopback unless told otherwise: nobody meant to publish it. */
function demoConfiguration(
  { config, sources }: ResolvedProxyOptions,
  demo: Backend,
): Configuration {
  const host = sources.host.from === 'default' ? '127.0.0.1' : config.host;
  return oneService(Object.freeze({ ...config, host, targets: [demo.url] }));
}

function firstOf<Item, Found>(
  items: readonly Item[],
  find: (item: Item) => Found | null,
): Found | null {
  for (const item of items) {
    const found = find(item);
    if (found !== null) return found;
  }
  return null;
}

/** What `proxy check` would call wrong; its hints are for whoever asks. */
function warnOf(configuration: Configuration): void {
  const findings = lint(
    contextsHere(configuration, defaultStopTimeouts, process.env),
    configuration,
  );
  const colour = paint('stderr', process.env);
  for (const finding of findings) {
    if (finding.severity !== 'hint') process.stderr.write(`${formatFinding(finding, colour)}\n\n`);
  }
}

function findFileFault(config: ProxyConfig): string | null {
  const { targetCaFile, adminTokenFile } = config;
  return (
    faultOf('--target-ca', targetCaFile, (file) => new X509Certificate(readFileSync(file))) ??
    faultOf('--admin-token-file', adminTokenFile, readTokenFile)
  );
}

function faultOf(flag: string, file: string | null, read: (file: string) => unknown) {
  if (file === null) return null;
  try {
    read(file);
    return null;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return `${flag} ${file}: ${missing ? 'no such file' : messageOf(error)}`;
  }
}

function listenFault({ code, host, port, flags, message }: ListenError): string {
  if (code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken: stop what listens there, or give another ${flags.port}`;
  }
  if (code === 'EACCES') {
    return `not allowed to listen on port ${port}: give a ${flags.port} above 1023`;
  }
  if (code === 'EADDRNOTAVAIL') {
    return `${host} is no address of this machine: give another ${flags.host}`;
  }
  return `cannot listen on ${host}:${port}: ${message}`;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

function refuse(message: string, exitCode: number): number {
  process.stderr.write(`spillway: ${message}\n`);
  tellPredecessor(message);
  return exitCode;
}
