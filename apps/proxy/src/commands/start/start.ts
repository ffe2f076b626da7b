import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
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
import { ConfigWatch } from '../../instance/config-watch.ts';
import type { Instance } from '../../instance/instance.ts';
import { Reloader } from '../../instance/reloader.ts';
import { logEvents } from '../../observe/access-log.ts';
import { openLogger, type ProxyLogger } from '../../observe/logger.ts';
import { ListenError } from '../../server/listen.ts';
import { type RunningProxy, startProxy } from '../../server/start-proxy.ts';
import { earlySignals } from '../../system/early-signals.ts';
import { contextsHere } from '../check/lint/context-here.ts';
import { lint } from '../check/lint/rules.ts';
import { formatFinding } from '../check/report-findings.ts';
import { defaultStopTimeouts } from '../check/stop-timeouts.ts';
import { bannerOf } from './banner.ts';

/** 128 + SIGINT: what a shell expects of a process that a second Ctrl-C ended. */
const interruptedExitCode = 130;

/** So long may what is written still come out where something else holds the process. */
const lastWordsMs = 200;

/** Runs the proxy until a signal; resolves to the exit code: 0 drained, 1 could not start, 2 misused. */
export async function runStart(
  { resolved, configuration: given }: ResolvedConfiguration,
  readAgain: () => ConfigurationResolution,
): Promise<number> {
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
    running = await startProxy(configuration, { demo: demo !== null });
  } catch (error) {
    await demo?.close();
    return refuse(error instanceof ListenError ? listenFault(error) : messageOf(error), 1);
  }
  running.instance.metrics.logLosses = logger.losses;
  running.instance.reloader = new Reloader(running.instance, () => readForReload(readAgain, demo));
  logEvents(running.instance, logger);
  const watch = watchConfig(running.instance, resolved.file);
  // Before the first lines: whoever has read them may send a signal.
  const stopped = untilStopped(running, logger);
  // A command may fail where what it prints can't be written; a proxy that serves may not.
  process.stderr.removeAllListeners('error').on('error', () => {});
  // On standard error, so that standard output stays one JSON object a line for whoever parses it.
  process.stderr.write(`${bannerOf(running)}\n`);
  warnOf(configuration);

  const exitCode = await stopped;
  watch?.close();
  await demo?.close();
  await logger.close();
  endThoughHeld(exitCode);
  return exitCode;
}

function watchConfig(instance: Instance, file: string | null): ConfigWatch | null {
  if (!instance.settings.watchConfig) return null;
  const path = resolve(file ?? proxyOptions.defaultFile);
  return new ConfigWatch(path, () => instance.reloader?.reload());
}

/**
 * What can't be called off must not keep the process: a line that the reader of standard error doesn't take, or
 * OpenTelemetry's exporter, whose requests and waits go on after `shutdown` until the export's time is over.
 */
function endThoughHeld(exitCode: number): void {
  setTimeout(() => process.exit(exitCode), lastWordsMs).unref();
}

/** As at the start: the files that it names are looked at too, and the demo backend stays where it was. */
function readForReload(
  read: () => ConfigurationResolution,
  demo: Backend | null,
): ConfigurationResolution {
  const resolution = read();
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

function untilStopped(running: RunningProxy, logger: ProxyLogger): Promise<number> {
  const { log } = logger;
  return new Promise((resolve) => {
    let draining = false;
    const stop = async (signal: NodeJS.Signals) => {
      if (draining) {
        log.warn({ signal }, 'second signal: ending at once');
        await running.close();
        resolve(interruptedExitCode);
        return;
      }
      draining = true;
      const { active, total } = running.instance.metrics;
      const timeoutMs = running.instance.settings.drainTimeoutMs;
      log.info({ signal, active, total }, `draining, for at most ${timeoutMs / 1000} s`);
      const { cut } = await running.drain();
      log.info({ cut }, cut === 0 ? 'drained' : `drained, ${cut} requests cut`);
      resolve(0);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGQUIT', stop);
    process.on('SIGUSR1', logger.reopen);
    process.on('SIGUSR2', () => log.info('SIGUSR2 does nothing: it is reserved'));
    const onHangup = () => {
      logger.reopen();
      reloadToken(running.instance, log);
      running.instance.reloader?.reload();
    };
    process.on('SIGHUP', onHangup);
    if (earlySignals.hangup) onHangup();
  });
}

function reloadToken({ adminToken, settings }: Instance, log: ProxyLogger['log']): void {
  try {
    if (adminToken.reload()) log.info('admin token read again');
  } catch (error) {
    const fault = `--admin-token-file ${settings.adminTokenFile}: ${messageOf(error)}`;
    log.error(`the old admin token stays in force: ${fault}`);
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
  return exitCode;
}
