import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface CommandOptions {
  /** The directory for temporary files unless told otherwise, since it holds no configuration. */
  readonly cwd?: string;
  /** All that it sees of an environment, beside PATH. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** How a command ended, and all that it printed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Waiting {
  /** The stream to look at; standard output unless told otherwise. */
  readonly stream?: 'stdout' | 'stderr';
  /** A process that starts on a busy machine takes its time. */
  readonly patienceMs?: number;
}

/**
 * One of our commands as people run it: a process of its own without a terminal, from its sources. It is gone when
 * the test is over.
 */
export class CommandProcess {
  readonly child: ChildProcess;
  /** Resolves once it has ended and all that it printed is here. */
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  readonly #exited: Promise<void>;

  /** `main` is the URL of the file to run. */
  constructor(
    main: URL,
    argv: readonly string[],
    { cwd = tmpdir(), environment = {} }: CommandOptions = {},
  ) {
    this.child = spawn(
      process.execPath,
      ['--conditions=@spillway/source', fileURLToPath(main), ...argv],
      { cwd, env: { PATH: process.env.PATH, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.#exited = new Promise((resolve) => this.child.once('exit', () => resolve()));
    this.ended = new Promise((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('close', (code) => {
        resolve({ code, stdout: this.stdout, stderr: this.stderr });
      });
    });
    onTestFinished(() => this.stop());
  }

  /** Resolves with all of the stream so far once that fits; rejects when the process ends without, or takes too long. */
  printed(what: RegExp, { stream = 'stdout', patienceMs = 25_000 }: Waiting = {}): Promise<string> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        this.child[stream]?.off('data', look);
        act();
      };
      const look = (): void => {
        if (what.test(this[stream])) settle(() => resolve(this[stream]));
      };
      const fail = (how: string): void => {
        settle(() => reject(new Error(`${how} ${what}:\n${this.stdout}${this.stderr}`)));
      };
      const timer = setTimeout(() => fail(`in ${patienceMs} ms did not print`), patienceMs);
      this.child[stream]?.on('data', look);
      this.ended.then(() => fail('ended and did not print'), reject);
      look();
    });
  }

  /** At once, whatever it does. What it started may hold its pipes open, so only its own end is waited for. */
  async stop(): Promise<void> {
    if (this.child.kill('SIGKILL')) await this.#exited;
  }
}

/** Runs a command to its end. */
export function runCommand(
  ...[main, argv, options]: ConstructorParameters<typeof CommandProcess>
): Promise<Ended> {
  return new CommandProcess(main, argv, options).ended;
}
