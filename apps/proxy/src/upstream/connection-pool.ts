import type { TimerWheel } from '@spillway/core';
import type { Destination } from './connect.ts';
import { Connection, type ConnectionOwner } from './connection.ts';

/** Whoever asks for a connection; heard at once or when one is free. */
export interface ConnectionTaker {
  onConnection(connection: Connection): void;
}

export interface PoolOptions {
  readonly origin: string;
  readonly destination: Destination;
  /** Most connections open at once. */
  readonly maxConnections: number;
  /** Most connections kept open while idle. */
  readonly maxIdle: number;
  readonly idleTimeoutMs: number;
  readonly wheel: TimerWheel;
}

const poolClosed = new Error('the pool is closed');

/**
 * The connections to one upstream. The one used last is used next: it is the least likely to be stale,
 * and what a lull makes superfluous runs into its idle timeout.
 */
export class ConnectionPool implements ConnectionOwner {
  readonly #options: PoolOptions;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #takers: ConnectionTaker[] = [];

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Whether `take` would hand one over at once. */
  get hasPlace(): boolean {
    return this.#idle.length > 0 || this.#busy.size < this.#options.maxConnections;
  }

  /** Hands over an idle connection, or a new one while there is room, else when one comes back. */
  take(taker: ConnectionTaker): void {
    const idle = this.#idle.pop();
    if (idle === undefined && this.#busy.size >= this.#options.maxConnections) {
      this.#takers.push(taker);
      return;
    }
    const connection = idle ?? this.#open();
    this.#busy.add(connection);
    taker.onConnection(connection);
  }

  /** A taker that still waits gives up. */
  forget(taker: ConnectionTaker): boolean {
    const place = this.#takers.indexOf(taker);
    if (place === -1) return false;
    this.#takers.splice(place, 1);
    return true;
  }

  /** Back from a request that ended well. */
  giveBack(connection: Connection): void {
    if (!this.#busy.delete(connection)) return;
    const taker = this.#takers.shift();
    if (taker !== undefined) {
      this.#busy.add(connection);
      taker.onConnection(connection);
    } else if (this.#idle.length < this.#options.maxIdle) {
      this.#idle.push(connection);
    } else {
      connection.close();
    }
  }

  /** Back from a request that broke it: never used again. */
  discard(connection: Connection, reason: Error): void {
    connection.destroy(reason);
    if (!this.#busy.delete(connection)) return;
    const taker = this.#takers.shift();
    if (taker !== undefined) this.take(taker);
  }

  onDisconnect(connection: Connection): void {
    const place = this.#idle.indexOf(connection);
    if (place === -1) return;
    this.#idle.splice(place, 1);
    connection.close();
  }

  stats(): { open: number; idle: number; connecting: number; waiting: number } {
    let connecting = 0;
    for (const connection of this.#busy) if (connection.connecting) connecting += 1;
    const idle = this.#idle.length;
    return {
      open: this.#busy.size - connecting + idle,
      idle,
      connecting,
      waiting: this.#takers.length,
    };
  }

  close(): void {
    for (const connection of [...this.#idle, ...this.#busy]) connection.destroy(poolClosed);
    this.#idle.length = 0;
    this.#busy.clear();
  }

  #open(): Connection {
    const { destination, origin, idleTimeoutMs, wheel } = this.#options;
    return new Connection(destination, origin, idleTimeoutMs, wheel, this);
  }
}
