import { Agent, type ClientRequest, request } from 'node:http';
import { onTestFinished } from 'vitest';

export interface CrowdOptions {
  readonly clients: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Clients leave after this long. */
  readonly patienceMs?: number;
  /** They ask in step, and begin the next round together after this pause. */
  readonly roundPauseMs?: number;
}

/** Nobody asks again at once after a refusal. */
const pauseMs = 20;

/** Clients that ask, each one request after the other, until they are told to stop. */
export class Crowd {
  readonly #port: number;
  readonly #options: CrowdOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #under = new Set<ClientRequest>();
  readonly #ended: Promise<unknown>;
  #stopped = false;

  private constructor(port: number, options: CrowdOptions) {
    this.#port = port;
    this.#options = options;
    const clients = Array.from({ length: options.clients });
    this.#ended =
      options.roundPauseMs === undefined
        ? Promise.all(clients.map(() => this.#alone()))
        : this.#inStep(clients.length, options.roundPauseMs);
  }

  /** Asks until stopped, or the test is over. */
  static start(port: number, options: CrowdOptions): Crowd {
    const crowd = new Crowd(port, options);
    onTestFinished(() => crowd.stop());
    return crowd;
  }

  /** Leaves, with whatever was under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const one of this.#under) one.destroy();
    await this.#ended;
    this.#agent.destroy();
  }

  async #alone(): Promise<void> {
    while (!this.#stopped) {
      if ((await this.#ask()) !== 200) await pause(pauseMs);
    }
  }

  async #inStep(clients: number, roundPauseMs: number): Promise<void> {
    while (!this.#stopped) {
      await Promise.all(Array.from({ length: clients }, () => this.#ask()));
      await pause(roundPauseMs);
    }
  }

  /** The status; 0 when there was none. */
  #ask(): Promise<number> {
    return new Promise((resolve) => {
      const { headers = {}, patienceMs: patience } = this.#options;
      const asked = request({ host: '127.0.0.1', port: this.#port, agent: this.#agent, headers });
      const timer = patience === undefined ? null : setTimeout(() => asked.destroy(), patience);
      this.#under.add(asked);
      asked.on('close', () => {
        if (timer !== null) clearTimeout(timer);
        this.#under.delete(asked);
        resolve(asked.destroyed && status === 0 ? 0 : status);
      });
      let status = 0;
      asked.on('response', (response) => {
        status = response.statusCode ?? 0;
        response.resume();
      });
      asked.on('error', () => {});
      asked.end();
    });
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
