import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CommandOptions,
  type Ended,
  runCommand,
  temporaryDirectory,
} from '@spillway/test-kit';
import { onTestFinished } from 'vitest';
import { eventually } from '../kit/waiting-line.ts';
import { ProxyProcess } from './proxy-process.ts';

const main = new URL('../../src/main.ts', import.meta.url);

/** A proxy with a pid file, and the generations that follow it: they are gone when the test is over. */
export class UpgradingProxy {
  readonly first: ProxyProcess;
  readonly pidFile: string;

  private constructor(first: ProxyProcess, pidFile: string) {
    this.first = first;
    this.pidFile = pidFile;
  }

  static async start(
    flags: readonly string[],
    { host = '127.0.0.1', ...options }: CommandOptions & { readonly host?: string } = {},
  ): Promise<UpgradingProxy> {
    const pidFile = join(temporaryDirectory(), 'proxy.pid');
    const all = ['--host', host, '--pid-file', pidFile, ...flags];
    const first = await ProxyProcess.start(all, options);
    const proxy = new UpgradingProxy(first, pidFile);
    await eventually(() => proxy.pid);
    onTestFinished(() => {
      // The youngest, and older ones that still drain; they write to the same log.
      const upgraded = first.log.filter(({ msg }) => msg.startsWith('upgraded'));
      for (const pid of upgraded.map((line) => line.pid as number)) kill(pid);
    });
    return proxy;
  }

  /** Of the process that serves. */
  get pid(): number {
    return Number(readFileSync(this.pidFile, 'utf8'));
  }

  /** What `proxy upgrade` says. */
  upgrade(): Promise<Ended> {
    return runCommand(main, ['upgrade', '--pid-file', this.pidFile]);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended.
  }
}
