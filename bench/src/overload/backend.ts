import { fileURLToPath } from 'node:url';
import { freePort } from '@spillway/test-kit/free-port';
import { type Child, startChild } from '../process/child.ts';
import { serviceMs, workers } from './scenario.ts';

const main = fileURLToPath(new URL('../../../packages/backend/dist/main.js', import.meta.url));

/** Twenty workers behind a queue without bound that keeps working for clients that have left. */
const usual = {
  workers,
  latency: `lognormal:${serviceMs}ms`,
  abandon: 'continue',
};

export interface BackendStats {
  readonly received: number;
  readonly finished: number;
  readonly maxQueued: number;
}

/** The backend of all contenders, in a process of its own. */
export class FragileBackend {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(wrap: (command: string[]) => string[]): Promise<FragileBackend> {
    const port = await freePort();
    const command = [process.execPath, main, '--host', '127.0.0.1', '--port', String(port)];
    const backend = new FragileBackend(await startChild('backend', wrap(command), port));
    await backend.ask('PUT', '/backend-control', usual);
    return backend;
  }

  get port(): number {
    return this.#child.port;
  }

  change(fields: Readonly<Record<string, unknown>>): Promise<unknown> {
    return this.ask('PATCH', '/backend-control', fields);
  }

  stats(): Promise<BackendStats> {
    return this.ask('GET', '/backend-stats') as Promise<BackendStats>;
  }

  stop(): Promise<void> {
    return this.#child.stop();
  }

  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`backend: ${method} ${path}: ${await response.text()}`);
    return response.json();
  }
}
