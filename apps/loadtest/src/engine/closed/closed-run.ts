import type { ClosedPlan, Observer } from '../engine.ts';
import { HealedConnection, type SharedRun } from './healed-connection.ts';
import type { PrivateClient } from './private-client.ts';

/** What the connections share: the plan, and how many requests are left. */
export class ClosedRun implements SharedRun {
  readonly plan: ClosedPlan;
  readonly observer: Observer;
  readonly #connections: HealedConnection[] = [];
  #left: number;
  #requestBuffer: Buffer | undefined;

  constructor(plan: ClosedPlan, observer: Observer) {
    this.plan = plan;
    this.observer = observer;
    this.#left = plan.length.requests ?? Number.POSITIVE_INFINITY;
  }

  /** Hears of every client in its constructor, before its parser is set up and before it connects. */
  add(client: PrivateClient): void {
    const { currentRequest } = client.requestIterator;
    this.#requestBuffer ??= withOurs(currentRequest.requestBuffer, this.plan);
    currentRequest.requestBuffer = this.#requestBuffer;
    this.#connections.push(new HealedConnection(client, this));
  }

  get over(): boolean {
    return this.#left <= 0;
  }

  takeOne(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }

  /** Nothing new is sent; what is under way may finish, or is unfinished. */
  end(): void {
    this.#left = 0;
    for (const connection of this.#connections) connection.end(this.plan.length.drain);
  }

  destroy(): void {
    this.#left = 0;
    for (const connection of this.#connections) connection.end(false);
  }
}

/** The caller's Connection replaces autocannon's own, which would stand beside it. */
function withOurs(head: Buffer, { request }: ClosedPlan): Buffer {
  const connection = Object.entries(request.headers).find(([name]) => /^connection$/i.test(name));
  const text = head.toString('latin1');
  const whole =
    connection === undefined
      ? text
      : text.replace('Connection: keep-alive', `Connection: ${connection[1]}`);
  return Buffer.concat([Buffer.from(whole, 'latin1'), request.body ?? Buffer.alloc(0)]);
}
