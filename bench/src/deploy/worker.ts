import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A script of this bench in a process of its own, which says when it is ready and leaves what it saw in a file. */
export class Worker<Ready, Seen> {
  readonly ready: Ready;
  readonly #child: ChildProcess;
  readonly #file: string;

  private constructor(child: ChildProcess, ready: Ready, file: string) {
    this.#child = child;
    this.ready = ready;
    this.#file = file;
  }

  /** `file`: where the script leaves what it saw; `wrap`: puts it on its core. */
  static async start<Ready, Seen>(
    script: string,
    argument: string,
    file: string,
    wrap: (command: string[]) => string[],
  ): Promise<Worker<Ready, Seen>> {
    const node = [process.execPath, '--conditions=@spillway/source', script, argument];
    const [program = '', ...args] = wrap(node);
    const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    running.add(child);
    const ended = once(child, 'close').then(([code]) => {
      running.delete(child);
      throw new Error(`${script} ended with ${code} before it was ready`);
    });
    const [ready] = (await Promise.race([once(child, 'message'), ended])) as [Ready];
    ended.catch(() => {});
    return new Worker(child, ready, file);
  }

  /** Lets it end what it has begun. */
  async seen(): Promise<Seen> {
    const closed = once(this.#child, 'close');
    this.#child.send('stop');
    const [code] = await closed;
    if (code !== 0) throw new Error(`a process of the bench ended with ${code}`);
    return JSON.parse(readFileSync(this.#file, 'utf8')) as Seen;
  }
}
