import type { TimerWheel } from '@spillway/core';
import type { AddressesListener } from './addresses.ts';
import type { Destination } from './connect.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import { openConnection } from './open-connection.ts';

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
  /** Age in ms at which no connection carries another request; Infinity for none. */
  readonly maxAgeMs: number;
  readonly random: () => number;
  readonly wheel: TimerWheel;
}

/** Why a connection that works is closed: it is old, or its address no longer the upstream's. */
export type Retirement = 'age' | 'address';

const poolClosed = new Error('the pool is closed');

/** Share of its age by which a connection may end early, so that those opened together don't end together. */
const ageJitter = 0.2;

/**
 * The connections to one upstream. The one used last is used next: it is the least likely to be stale,
 * and what a lull makes superfluous runs into its idle timeout. Under load that alone would keep a connection for
 * ever: one that is old, or leads to an address that the name no longer has, carries no further request.
 */
export class ConnectionPool implements ConnectionOwner, AddressesListener {
  #options: PoolOptions;
  readonly #idle: Connection[] = [];
  readonly #busy = new Set<Connection>();
  readonly #takers: ConnectionTaker[] = [];
  /** Connections closed although they worked, by reason. */
  readonly retired: Record<Retirement, number> = { age: 0, address: 0 };

  constructor(options: PoolOptions) {
    this.#options = options;
    options.destination.addresses.listen(this);
  }

  /** Other bounds from now on, for connections that are opened or given back. */
  reconfigure(options: Partial<PoolOptions>): void {
    this.#options = { ...this.#options, ...options };
    const { maxConnections, maxIdle } = this.#options;
    while (this.#takers.length > 0 && this.#busy.size < maxConnections)
      this.take(this.#takers.shift() as ConnectionTaker);
    while (this.#idle.length > maxIdle) this.#idle.shift()?.close();
  }

  /** Whether `take` would hand one over at once. */
  get hasPlace(): boolean {
    return this.#idle.length > 0 || this.#busy.size < this.#options.maxConnections;
  }

  /** Hands over an idle connection, or a new one while there is room, else when one comes back. */
  take(taker: ConnectionTaker): void {
    this.#options.destination.addresses.use();
    let idle = this.#idle.pop();
    while (idle !== undefined && this.#retire(idle)) idle = this.#idle.pop();
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
    if (this.#retire(connection)) {
      if (taker !== undefined) this.take(taker);
    } else if (taker !== undefined) {
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

  onAddressesChanged(): void {
    for (const connection of this.#idle.splice(0))
      if (!this.#retire(connection)) this.#idle.push(connection);
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
    this.#options.destination.addresses.unlisten(this);
    for (const connection of [...this.#idle, ...this.#busy]) connection.destroy(poolClosed);
    this.#idle.length = 0;
    this.#busy.clear();
  }

  /** Closes one that is to carry no further request; false for all others. */
  #retire(connection: Connection): boolean {
    const { destination, wheel } = this.#options;
    const reason = !destination.addresses.has(connection.address)
      ? 'address'
      : wheel.now() - connection.openedAt >= connection.maxAgeMs
        ? 'age'
        : null;
    if (reason === null) return false;
    this.retired[reason] += 1;
    connection.close();
    return true;
  }

  #open(): Connection {
    const { destination, origin, idleTimeoutMs, maxAgeMs, random, wheel } = this.#options;
    const connection = openConnection(destination, origin, idleTimeoutMs, wheel, this);
    connection.maxAgeMs = maxAgeMs * (1 - ageJitter * random());
    return connection;
  }
}
