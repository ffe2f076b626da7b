import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { RawClient } from '../kit/raw-client.ts';
import { eventually, within } from '../kit/waiting-line.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** A process that starts on a busy machine takes its time. */
const startPatienceMs = 20_000;

export interface ProcessOptions {
  readonly cwd?: string;
  readonly environment?: Record<string, string>;
}

/** A line of the log. */
export type LogLine = Record<string, unknown> & { msg: string };

/** The proxy as people run it: a process of its own, from its sources. */
export class ProxyProcess {
  readonly child: ChildProcess;
  /** Resolves once it has ended and all its output is here. */
  readonly ended: Promise<number | null>;
  stdout = '';
  stderr = '';

  constructor(flags: readonly string[], { cwd, environment }: ProcessOptions = {}) {
    const argv = ['--conditions=@spillway/source', main, ...flags];
    this.child = spawn(process.execPath, argv, {
      cwd: cwd ?? tmpdir(),
      env: { PATH: process.env.PATH, NO_COLOR: '1', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  /** `start` with these flags on a free port of loopback, once it listens; killed when the test is over. */
  static async start(
    flags: readonly string[],
    options: ProcessOptions = {},
  ): Promise<ProxyProcess> {
    const proxy = new ProxyProcess(['start', '--port', '0', ...flags], options);
    onTestFinished(() => proxy.kill());
    await eventually(() => {
      if (!proxy.banner.includes('/proxy-health') && proxy.child.exitCode === null) {
        throw new Error(`no banner: ${proxy.stderr}`);
      }
    }, startPatienceMs);
    if (proxy.child.exitCode !== null) throw new Error(`ended: ${proxy.stderr}`);
    return proxy;
  }

  /** The first lines, on standard error: standard output is the log's. */
  get banner(): string {
    return this.stderr.slice(0, this.stderr.indexOf('\n\n'));
  }

  get port(): number {
    return Number(/listening +http:\/\/\S+:(\d+)/.exec(this.stderr)?.[1]);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Lines of the log on standard output, in JSON. */
  get log(): LogLine[] {
    return linesOf(this.stdout);
  }

  /** The first line that fits, once it is there. */
  async logged(fits: (line: LogLine) => boolean): Promise<LogLine> {
    let found: LogLine | undefined;
    await eventually(() => {
      found = this.log.find(fits);
      if (found === undefined) throw new Error(`no such line yet in: ${this.stdout}`);
    });
    return found as LogLine;
  }

  connect(): Promise<RawClient> {
    return RawClient.connect(this.port);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  exitCode(): Promise<number | null> {
    return within(this.ended, () => `the end of the process (${this.stdout})`, startPatienceMs);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

export const linesOf = (text: string): LogLine[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));

/** A directory that is gone when the test is over. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'proxy-process-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
