import { fileURLToPath } from 'node:url';
import { freePort } from '@spillway/test-kit/free-port';
import { type Child, startChild } from '../process/child.ts';

const main = fileURLToPath(new URL('../../../packages/backend/dist/main.js', import.meta.url));

/** How a target is that is well. */
const well = { latency: '20ms', status: '200', fault: '' };

/** One of the targets, in a process of its own that can be killed and started again at its port. */
export class TargetProcess {
  readonly port: number;
  readonly #wrap: (command: string[]) => string[];
  #child: Child | null = null;

  private constructor(port: number, wrap: (command: string[]) => string[]) {
    this.port = port;
    this.#wrap = wrap;
  }

  static async start(wrap: (command: string[]) => string[]): Promise<TargetProcess> {
    const target = new TargetProcess(await freePort(), wrap);
    await target.revive();
    return target;
  }

  async revive(): Promise<void> {
    const where = ['--host', '127.0.0.1', '--port', String(this.port)];
    const command = [process.execPath, main, ...where, '--latency', well.latency];
    this.#child ??= await startChild('target', this.#wrap(command), this.port);
  }

  async kill(): Promise<void> {
    await this.#child?.stop();
    this.#child = null;
  }

  async change(fields: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#ask('PATCH', '/backend-control', fields);
  }

  /** As it was at first; what hangs is let go. */
  async mend(): Promise<void> {
    await this.change(well);
    await this.#ask('POST', '/backend-release');
  }

  /** 0 where it is not there to be asked. */
  async received(): Promise<number> {
    try {
      return ((await this.#ask('GET', '/backend-stats')) as { received: number }).received;
    } catch {
      return 0;
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`target: ${method} ${path}: ${await response.text()}`);
    return response.json();
  }
}
