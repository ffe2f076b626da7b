import type { ChildProcess } from 'node:child_process';
import type { Instance } from '../instance/instance.ts';
import type { ProxyLogger } from '../observe/logger.ts';
import type { Generations } from './generations.ts';
import { notifySystemd } from './notify-systemd.ts';
import type { PidFile } from './pid-file.ts';
import { startSuccessor } from './start-successor.ts';

/** What is handed over: a listening proxy. */
interface HandedOver {
  readonly instance: Instance;
  readonly generations: Generations;
  /** Of the listening sockets; -1 where this system has none. */
  readonly fds: { readonly client: number; readonly admin: number | null };
}

/** Gives this process a successor, when asked by SIGUSR2. */
export class Upgrade {
  readonly #running: HandedOver;
  readonly #pidFile: PidFile | null;
  readonly #log: ProxyLogger['log'];
  #starting: AbortController | null = null;
  #successor: ChildProcess | null = null;

  constructor(running: HandedOver, pidFile: PidFile | null, log: ProxyLogger['log']) {
    this.#running = running;
    this.#pidFile = pidFile;
    this.#log = log;
  }

  /** The process that serves instead of this one; null: this one does. */
  get successor(): ChildProcess | null {
    return this.#successor;
  }

  /** Resolves to whether a successor serves now; if not, nothing has changed. `draining`: this process was told to end. */
  async start(draining: boolean): Promise<boolean> {
    if (this.#starting !== null) {
      this.#log.warn('an upgrade is under way: the signal changes nothing');
      return false;
    }
    if (this.#successor !== null) {
      const { pid } = this.#successor;
      this.#log.warn({ pid }, 'the successor serves: send the signal to it');
      return false;
    }
    const refusal = draining ? 'it drains, since it was told to end' : this.#refusal();
    if (refusal !== null) return this.#failed(refusal, null);
    const { fds, generations, instance } = this.#running;
    const { upgradeExec, upgradeTimeoutMs: timeoutMs } = instance.settings;
    const reloads = instance.reloader?.asked;
    this.#starting = new AbortController();
    const { signal } = this.#starting;
    const node = upgradeExec ?? process.execPath;
    const started = await startSuccessor({ fds, node, timeoutMs, generations, signal });
    this.#starting = null;
    if (!started.ok) {
      await this.#reclaim();
      return this.#failed(started.why, started.code);
    }
    const { successor } = started;
    this.#successor = successor;
    generations.retire();
    const { pid } = successor;
    successor.once('exit', (code, killed) => {
      generations.afterIsGone();
      this.#log.error({ pid }, `the successor ended with ${killed ?? `exit code ${code}`}`);
    });
    this.#log.info({ pid }, 'upgraded: the successor serves');
    this.#report({ to: pid as number, why: null, code: null });
    // It may have read the file before that.
    if (instance.reloader?.asked !== reloads) successor.kill('SIGHUP');
    return true;
  }

  /** To be called when this process is told to end. */
  stop(): void {
    this.#starting?.abort();
  }

  #refusal(): string | null {
    const { fds, instance } = this.#running;
    if (instance.demo) return 'the demo backend ends with its process: give --target URL';
    if (process.pid === 1) {
      return 'this is process 1 of its container, which would end with it: replace the container';
    }
    return fds.client < 0 ? 'this system hands over no sockets' : null;
  }

  /** A successor that came that far has said that it is the main process. */
  async #reclaim(): Promise<void> {
    try {
      if (this.#pidFile?.read() !== process.pid) this.#pidFile?.write(process.pid);
    } catch (error) {
      this.#log.error({ err: error }, 'the process id could not be written (--pid-file)');
    }
    await notifySystemd(process.env, process.pid);
  }

  #failed(why: string, code: number | null): false {
    this.#log.error({ why }, 'the upgrade failed: this process goes on');
    this.#report({ to: null, why, code });
    return false;
  }

  #report(how: { to: number | null; why: string | null; code: number | null }): void {
    try {
      this.#pidFile?.report({ at: Date.now(), from: process.pid, ...how });
    } catch (error) {
      this.#log.error({ err: error }, 'how the upgrade went could not be written (--pid-file)');
    }
  }
}
