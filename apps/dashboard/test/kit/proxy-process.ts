import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { MetricsSnapshot } from '@spillway/contracts';
import { onTestFinished, vi } from 'vitest';

const main = fileURLToPath(new URL('../../../proxy/src/main.ts', import.meta.url));

/** The proxy as people run it, from its sources, on loopback; killed when the test is over. */
export class ProxyProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #said = '';

  private constructor(flags: readonly string[]) {
    const argv = ['--conditions=@spillway/source', main, 'start', '--no-access-log', ...flags];
    this.#child = spawn(process.execPath, argv, {
      cwd: tmpdir(),
      env: { PATH: process.env.PATH, NO_COLOR: '1' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text;
    });
    this.#ended = new Promise((resolve) => this.#child.once('close', resolve));
  }

  static async start(flags: readonly string[], port = 0): Promise<ProxyProcess> {
    const proxy = new ProxyProcess(['--host', '127.0.0.1', '--port', String(port), ...flags]);
    onTestFinished(() => proxy.stop());
    await vi.waitFor(
      () => {
        if (!proxy.#said.includes('/proxy-health')) throw new Error(`no banner: ${proxy.#said}`);
      },
      { timeout: 20_000 },
    );
    return proxy;
  }

  get url(): string {
    return /listening +(http:\/\/\S+)/.exec(this.#said)?.[1] as string;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async metrics(): Promise<MetricsSnapshot> {
    const response = await fetch(`${this.url}/proxy-metrics`);
    return (await response.json()) as MetricsSnapshot;
  }

  /** So many requests after each other, whatever is answered. */
  async send(count: number, path = '/'): Promise<void> {
    for (let i = 0; i < count; i++) {
      const response = await fetch(this.url + path);
      await response.arrayBuffer();
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }
}
