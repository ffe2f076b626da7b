import { type ChildProcess, spawn } from 'node:child_process';
import { resolve as resolvePath } from 'node:path';
import { formatDuration } from '@spillway/options';
import { socketNames, succeedsVariable } from '../system/inherited-sockets.ts';
import type { Generations } from './generations.ts';
import type { Message } from './messages.ts';

interface SuccessorOptions {
  /** Of the listening sockets. */
  readonly fds: { readonly client: number; readonly admin: number | null };
  readonly node: string;
  readonly timeoutMs: number;
  readonly generations: Generations;
  /** To stop it before it serves. */
  readonly signal: AbortSignal;
}

export type Started =
  | { readonly ok: true; readonly successor: ChildProcess }
  | {
      readonly ok: false;
      readonly why: string;
      /** Its exit code; null: it did not end by itself. */
      readonly code: number | null;
    };

/**
 * Starts this program anew, as it is on disk now, with the same arguments and environment and with our listening
 * sockets. Resolves once it serves, or once it has failed and is gone; it says why on our standard error too.
 */
export function startSuccessor(options: SuccessorOptions): Promise<Started> {
  const { generations, signal, timeoutMs } = options;
  let successor: ChildProcess;
  try {
    successor = spawnSuccessor(options);
  } catch (error) {
    return Promise.resolve({ ok: false, why: (error as Error).message, code: null });
  }
  return new Promise((resolve) => {
    let why: string | null = null;
    let preceded = false;
    const stop = (reason: string) => {
      why ??= reason;
      successor.kill('SIGKILL');
    };
    const timer = setTimeout(
      () => stop(`it did not serve within ${formatDuration(timeoutMs)} (--upgrade-timeout)`),
      timeoutMs,
    );
    const onAbort = () => stop('this process was told to end meanwhile');
    signal.addEventListener('abort', onAbort);
    const settle = (started: Started) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(started);
    };
    const fail = (how: string, code: number | null) => {
      // What it had of the limit is ours again: it is gone, and so is what it held.
      if (preceded) generations.afterIsGone();
      settle({ ok: false, why: why ?? how, code });
    };
    const onError = (error: Error) => {
      if (successor.pid === undefined) fail(error.message, null);
    };
    const onExit = (code: number | null, killed: string | null) => {
      fail(`it ended with ${killed ?? `exit code ${code}`} before it served`, code);
    };
    successor.on('error', onError);
    successor.once('exit', onExit);
    successor.on('message', (message: Message) => {
      if (message.kind === 'failed') why = why === null ? message.why : `${why}\n${message.why}`;
      else if (message.kind === 'ready') {
        preceded = true;
        generations.precede(successor, message.services);
      } else if (message.kind === 'serving') {
        successor.off('exit', onExit);
        // Neither it nor the pipe keeps us from ending.
        successor.unref();
        successor.channel?.unref();
        settle({ ok: true, successor });
      } else generations.heardAfter(message);
    });
  });
}

function spawnSuccessor({ fds: { client, admin }, node }: SuccessorOptions): ChildProcess {
  const [, main = '', ...args] = process.argv;
  const sockets = admin === null ? [client] : [client, admin];
  const names = admin === null ? [socketNames.client] : [socketNames.client, socketNames.admin];
  return spawn(node, [...process.execArgv, resolvePath(main), ...args], {
    stdio: ['inherit', 'inherit', 'inherit', ...sockets, 'ipc'],
    env: {
      ...process.env,
      [succeedsVariable]: String(process.pid),
      LISTEN_FDS: String(sockets.length),
      LISTEN_FDNAMES: names.join(':'),
    },
  });
}
