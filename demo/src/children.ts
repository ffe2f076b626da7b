import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { exitWithParent, type Program, programArguments } from './programs.ts';

export interface Child {
  readonly name: string;
  readonly process: ChildProcess;
  /** What it printed so far; nothing where it has the terminal. */
  readonly output: () => string;
  readonly ended: Promise<Ended>;
}

/** Neither of them: it could not be started. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

interface ChildOptions {
  readonly program: Program;
  readonly argv: readonly string[];
  /** It gets the terminal of the demo. */
  readonly onTerminal?: boolean;
}

/** As much of what a child prints is kept as anyone may want to read. */
const keptCharacters = 20_000;
const patienceMs = 3_000;

/** The processes of the demo: each is ended before the demo ends. */
export class Children {
  readonly #fromSource: boolean;
  readonly #cwd: string;
  readonly #all = new Set<Child>();

  constructor({ fromSource, cwd }: { fromSource: boolean; cwd: string }) {
    this.#fromSource = fromSource;
    this.#cwd = cwd;
  }

  start(name: string, { program, argv, onTerminal = false }: ChildOptions): Child {
    const stdio: StdioOptions = onTerminal
      ? ['inherit', 'inherit', 'inherit', 'ipc']
      : ['ignore', 'pipe', 'pipe', 'ipc'];
    const child = spawn(
      process.execPath,
      ['--import', exitWithParent, ...programArguments(program, this.#fromSource), ...argv],
      // Ctrl-C is for the demo to hear: it ends the others in order.
      { cwd: this.#cwd, env: environment(), stdio, detached: !onTerminal },
    );
    let output = '';
    const keep = (text: string): void => {
      output = (output + text).slice(-keptCharacters);
    };
    child.stdout?.setEncoding('utf8').on('data', keep);
    child.stderr?.setEncoding('utf8').on('data', keep);
    const ended = new Promise<Ended>((resolve) => {
      child.once('error', () => resolve({ code: null, signal: null }));
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    const started: Child = { name, process: child, output: () => output, ended };
    this.#all.add(started);
    void ended.then(() => this.#all.delete(started));
    return started;
  }

  /** Politely, then not. */
  async stop(child: Child, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    child.process.kill(signal);
    const timer = setTimeout(() => child.process.kill('SIGKILL'), patienceMs);
    await child.ended;
    clearTimeout(timer);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#all].map((child) => this.stop(child)));
  }
}

/** What is set for other proxies and monitors must not change this one. */
function environment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith('SPILLWAY_'));
  return Object.fromEntries(entries);
}

/** The first match of `what` in what the child prints; throws when it ends without. */
export function printed(child: Child, what: RegExp): Promise<string> {
  const { output, ended } = child;
  const streams = [child.process.stdout, child.process.stderr];
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const [, found] = what.exec(output()) ?? [];
      if (found === undefined) return;
      for (const stream of streams) stream?.off('data', look);
      resolve(found);
    };
    for (const stream of streams) stream?.on('data', look);
    void ended.then((how) => reject(endedTooEarly(child, how)));
    look();
  });
}

/** With what it printed last. */
export function endedTooEarly({ name, output }: Child, { code, signal }: Ended): Error {
  const how =
    code !== null ? `ended with ${code}` : signal ? `was ended by ${signal}` : 'did not start';
  const said = output().trim();
  return new Error(`the ${name} ${how}${said === '' ? '' : `:\n${said}`}`);
}
