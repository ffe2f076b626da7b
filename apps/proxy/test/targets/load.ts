import { onTestFinished } from 'vitest';
import { bytesOfRequest } from '../admission/ask.ts';
import type { RawClient } from '../kit/raw-client.ts';
import type { TestGateway } from '../kit/test-gateway.ts';

/** POST has no second try but where nothing of it was sent: each fault shows. */
export type LoadMethod = 'POST' | 'GET';

const bytes = {
  POST: bytesOfRequest({ method: 'POST', path: '/echo', body: 'x' }),
  GET: bytesOfRequest({}),
};

/** Clients that each send their next request when the last one is answered, until the test is over. */
export class Load {
  /** Responses by status. */
  readonly statuses = new Map<number, number>();
  finished = 0;
  #stopped = false;
  readonly #waiting: { readonly at: number; readonly resolve: () => void }[] = [];
  readonly #running: readonly Promise<void>[];

  private constructor(clients: readonly RawClient[], method: LoadMethod) {
    this.#running = clients.map((client) => this.#run(client, method));
  }

  static async start(proxy: TestGateway, clients: number, method: LoadMethod): Promise<Load> {
    const connected: RawClient[] = [];
    for (let i = 0; i < clients; i++) connected.push(await proxy.connect());
    const load = new Load(connected, method);
    // After the clients': it has to be over before they are taken down.
    onTestFinished(() => load.stop());
    return load;
  }

  /** Responses that were not good. */
  get failed(): number {
    return this.finished - (this.statuses.get(200) ?? 0);
  }

  /** Until so many more have finished. */
  next(count: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ at: this.finished + count, resolve }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #run(client: RawClient, method: LoadMethod): Promise<void> {
    while (!this.#stopped) {
      await client.send(bytes[method]);
      this.#count((await client.readResponse(method)).status);
    }
    client.destroy();
  }

  #count(status: number): void {
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    this.finished += 1;
    for (const waiting of this.#waiting.splice(0)) {
      if (this.finished >= waiting.at) waiting.resolve();
      else this.#waiting.push(waiting);
    }
  }
}
