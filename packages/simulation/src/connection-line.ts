/** Whoever needs a connection; told at once or when one is free. */
export interface ConnectionTaker {
  onConnection(): void;
}

/** The proxy's pool as far as it delays: so many connections, and an unbounded line for them. */
export class ConnectionLine {
  readonly #connections: number;
  readonly #takers = new Set<ConnectionTaker>();
  #busy = 0;

  constructor(connections: number) {
    this.#connections = connections;
  }

  take(taker: ConnectionTaker): void {
    if (this.#busy >= this.#connections) {
      this.#takers.add(taker);
      return;
    }
    this.#busy++;
    taker.onConnection();
  }

  forget(taker: ConnectionTaker): void {
    this.#takers.delete(taker);
  }

  giveBack(): void {
    this.#busy--;
    for (const taker of this.#takers) {
      this.#takers.delete(taker);
      this.take(taker);
      return;
    }
  }
}
