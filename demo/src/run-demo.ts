import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, Children, type Ended, endedTooEarly, printed } from './children.ts';
import { backendScript, phases, proxyFlags, stagesOf } from './phases.ts';
import { playPhases } from './play-phases.ts';
import { restoreTerminal } from './restore-terminal.ts';

export interface DemoOptions {
  /** Rounds of all phases; null: until somebody quits. */
  readonly rounds: number | null;
  readonly speed: number;
  /** The apps unbuilt, for tests. */
  readonly fromSource: boolean;
}

/** Runs until the rounds are over, the monitor is quit or `signal` is aborted; nothing is left behind. */
export async function runDemo(
  options: DemoOptions,
  { signal, print }: { signal: AbortSignal; print: (text: string) => void },
): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), 'spillway-demo-'));
  const children = new Children({ fromSource: options.fromSource, cwd });
  // Also what is only just starting hears of it.
  const stopAll = (): void => void children.stopAll();
  signal.addEventListener('abort', stopAll, { once: true });
  try {
    print(await play(options, { children, cwd, signal, print }));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', stopAll);
    await children.stopAll();
    rmSync(cwd, { recursive: true, force: true });
  }
}

const lastAnswersMs = 5_000;

interface Scene {
  readonly children: Children;
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

/** Gives what the load tester says of what clients saw. */
async function play(
  options: DemoOptions,
  { children, cwd, signal, print }: Scene,
): Promise<string> {
  const { rounds, speed } = options;
  const { backend, proxy, backendUrl, url } = await startServers(children, speed);
  const notice = `in a browser: ${url}/proxy-dashboard`;
  print(`backend    ${backendUrl}\nproxy      ${url}\ndashboard  ${url}/proxy-dashboard`);
  const captionFile = join(cwd, 'caption');
  const monitor = children.start('monitor', {
    program: 'monitor',
    argv: [
      '--url',
      url,
      '--interval',
      `${1_000 / Math.min(speed, 4)}ms`,
      '--caption-file',
      captionFile,
    ],
    onTerminal: true,
  });
  const over = new AbortController();
  const stop = (): void => over.abort();
  signal.addEventListener('abort', stop, { once: true });
  void monitor.ended.then((how) => {
    if (how.signal !== null) restoreTerminal();
    if (wasQuit(how)) stop();
  });
  const broken = Promise.race([
    ...[backend, proxy].map((child) => brokenOff(child, over.signal)),
    brokenOff(monitor, over.signal, wasQuit),
  ]);
  let load: Child | null = null;
  try {
    for (let round = 0; round < (rounds ?? Number.POSITIVE_INFINITY); round++) {
      load = startLoad(children, url, speed);
      const stage = { backendUrl, captionFile, notice, speed, signal: over.signal };
      // Whatever it makes of its run, its report comes at the end.
      const unloaded = brokenOff(load, over.signal, ({ code }) => code !== null);
      await Promise.race([playPhases(phases, stage), broken, unloaded]);
    }
    // It was started a moment after its phases, and waits for the last answers.
    if (load) await Promise.race([load.ended, sleep(lastAnswersMs)]);
  } catch (error) {
    if (!over.signal.aborted) throw error;
  }
  stop();
  await children.stop(monitor);
  if (load === null) return '';
  // Broken off, it reports what it has.
  await children.stop(load, 'SIGINT');
  return `\nWhat the clients saw:\n\n${load.output().trim()}`;
}

async function startServers(children: Children, speed: number) {
  const backend = children.start('backend', {
    program: 'backend',
    argv: [
      ...['--port', '0', '--workers', String(backendScript.workers)],
      ...['--latency', backendScript.latency],
    ],
  });
  const backendUrl = await printed(backend, /listening on (http:\S+)/);
  const proxy = children.start('proxy', {
    program: 'proxy',
    argv: [
      ...['start', '--host', '127.0.0.1', '--port', '0', '--target', backendUrl],
      ...['--circuit-breaker-timeout', `${5_000 / speed}ms`, '--drain-timeout', '500ms'],
      ...proxyFlags,
    ],
  });
  return { backend, proxy, backendUrl, url: await printed(proxy, /listening\s+(http:\S+)/) };
}

function startLoad(children: Children, url: string, speed: number): Child {
  return children.start('load tester', {
    program: 'loadtest',
    argv: ['--url', `${url}/api/data`, '--stages', stagesOf(phases, speed), '--timeout', '5s'],
  });
}

/** By a key, or by a signal that it heard. */
const wasQuit = ({ code }: Ended): boolean => code === 0 || (code !== null && code > 128);

/** Rejects when it ends before it should. */
function brokenOff(
  child: Child,
  over: AbortSignal,
  mayEnd: (how: Ended) => boolean = () => false,
): Promise<never> {
  return new Promise((_, reject) => {
    void child.ended.then((how) => {
      if (!over.aborted && !mayEnd(how)) reject(endedTooEarly(child, how));
    });
  });
}
