import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Backend, startBackend } from '@spillway/backend';
import type { ProxyConfig, ResolvedProxyOptions } from '../cli/proxy-options.ts';
import { resolveTargets } from '../cli/resolve-targets.ts';
import { logEvents } from '../observe/access-log.ts';
import { openLogger, type ProxyLogger } from '../observe/logger.ts';
import { type RunningProxy, startProxy } from '../start-proxy.ts';
import { bannerOf } from './banner.ts';

/** 128 + SIGINT: what a shell expects of a process that a second Ctrl-C ended. */
const interruptedExitCode = 130;

/** Runs the proxy until a signal; resolves to the exit code: 0 drained, 1 could not start, 2 misused. */
export async function runStart(resolved: ResolvedProxyOptions): Promise<number> {
  const wantsDemo = resolveTargets(resolved.config).length === 0;
  if (wantsDemo && process.env.NODE_ENV === 'production') {
    return refuse(
      'no target: give --target URL. The demo backend is not for NODE_ENV=production.',
      2,
    );
  }
  const fault = findFileFault(resolved.config);
  if (fault !== null) return refuse(fault, 2);

  let logger: ProxyLogger;
  try {
    logger = openLogger(resolved.config);
  } catch (error) {
    return refuse(`cannot write --log-file ${resolved.config.logFile}: ${messageOf(error)}`, 2);
  }

  const demo = wantsDemo ? await startBackend({ host: '127.0.0.1', port: 0 }) : null;
  const config = demo === null ? resolved.config : demoConfig(resolved, demo);
  let running: RunningProxy;
  try {
    running = await startProxy(config, { demo: demo !== null });
  } catch (error) {
    await demo?.close();
    return refuse(listenFault(config, error), 1);
  }
  logEvents(running.gateway, logger.log);
  // Before the first lines: whoever has read them may send a signal.
  const stopped = untilStopped(running, logger);
  // On standard error, so that standard output stays one JSON object a line for whoever parses it.
  process.stderr.write(`${bannerOf(running)}\n`);

  const exitCode = await stopped;
  await demo?.close();
  logger.flush();
  return exitCode;
}

/** The demo listens on loopback unless told otherwise: nobody meant to publish it. */
function demoConfig({ config, sources }: ResolvedProxyOptions, demo: Backend): ProxyConfig {
  const host = sources.host.from === 'default' ? '127.0.0.1' : config.host;
  return Object.freeze({ ...config, host, targets: [demo.url] });
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
      const { active, total } = running.gateway.metrics;
      const timeoutMs = running.gateway.config.drainTimeoutMs;
      log.info({ signal, active, total }, `draining, for at most ${timeoutMs / 1000} s`);
      const { cut } = await running.drain();
      log.info({ cut }, cut === 0 ? 'drained' : `drained, ${cut} requests cut`);
      resolve(0);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', () => {
      if (logger.reopen()) log.info('log file reopened');
    });
  });
}

function findFileFault({ targetCaFile }: ProxyConfig): string | null {
  if (targetCaFile === null) return null;
  try {
    new X509Certificate(readFileSync(targetCaFile));
    return null;
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return `--target-ca ${targetCaFile}: ${missing ? 'no such file' : messageOf(error)}`;
  }
}

function listenFault({ host, port }: ProxyConfig, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken: stop what listens there, or give another --port`;
  }
  if (code === 'EACCES') return `not allowed to listen on port ${port}: give a --port above 1023`;
  if (code === 'EADDRNOTAVAIL') return `${host} is no address of this machine: give another --host`;
  return `cannot listen on ${host}:${port}: ${messageOf(error)}`;
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

function refuse(message: string, exitCode: number): number {
  process.stderr.write(`spillway: ${message}\n`);
  return exitCode;
}
