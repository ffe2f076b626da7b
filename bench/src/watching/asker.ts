import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Questions {
  readonly port: number;
  /** In turns. */
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly perSecond: number;
}

/** Asks at an even pace over connections that stay open; `stop` waits for the answers that are due, and rejects when one was wrong. */
export class Asker {
  /** Answers that came. */
  answered = 0;
  readonly #questions: Questions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 8 });
  readonly #stopped = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  readonly #asking: Promise<void>;

  constructor(questions: Questions) {
    this.#questions = questions;
    this.#asking = this.#ask();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#asking;
    await Promise.all(this.#underWay);
    this.#agent.destroy();
  }

  async #ask(): Promise<void> {
    const { paths, perSecond } = this.#questions;
    const { signal } = this.#stopped;
    const startedAt = performance.now();
    for (let n = 0; ; n++) {
      // The first after half a pause, so that so many fall into every second.
      const dueIn = startedAt + ((n + 0.5) * 1000) / perSecond - performance.now();
      // Also a timer of 0 ms takes one: who is late would never catch up.
      if (dueIn > 0) await delay(dueIn, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      const answer = this.#get(paths[n % paths.length] as string);
      this.#underWay.add(answer);
      // What failed stays, for `stop` to reject with.
      answer.then(
        () => this.#underWay.delete(answer),
        () => {},
      );
    }
  }

  async #get(path: string): Promise<void> {
    const { port, headers } = this.#questions;
    const asked = request({ port, host: '127.0.0.1', path, headers, agent: this.#agent }).end();
    const [response] = await once(asked, 'response');
    for await (const _ of response);
    if (response.statusCode !== 200) throw new Error(`${path} answers ${response.statusCode}`);
    this.answered += 1;
  }
}
