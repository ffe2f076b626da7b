import { connect, type OnReadOpts, type Socket } from 'node:net';
import { TimerEntry, type TimerWheel } from '@spillway/core';
import { type Address, unixFamily } from './address-order.ts';

/** "Connection Attempt Delay", RFC 8305 section 5. */
const attemptDelayMs = 250;

export interface AddressFailure {
  readonly address: string;
  readonly error: NodeJS.ErrnoException;
}

/** Hears how a race ended, once. */
export interface RaceOwner {
  onRaceWon(socket: Socket, winner: Address): void;
  onRaceLost(failures: readonly AddressFailure[]): void;
}

/**
 * TCP to whichever address connects first (RFC 8305 section 5): the next one is tried when the last has failed or
 * has been silent for a moment, and the earlier ones go on meanwhile. Not Node's `autoSelectFamily`, which gives
 * each address up when its moment is over, so that a full accept queue is never waited for. The caller bounds it all.
 */
export class AddressRace extends TimerEntry {
  readonly failures: AddressFailure[] = [];
  readonly #addresses: readonly Address[];
  readonly #port: number;
  readonly #wheel: TimerWheel;
  readonly #owner: RaceOwner;
  readonly #onread: OnReadOpts | undefined;
  readonly #running = new Map<Socket, Address>();
  #next = 0;

  /** `onread`: what the sockets read into, instead of their streams. */
  constructor(
    addresses: readonly Address[],
    port: number,
    wheel: TimerWheel,
    owner: RaceOwner,
    onread?: OnReadOpts,
  ) {
    super();
    this.#onread = onread;
    this.#addresses = addresses;
    this.#port = port;
    this.#wheel = wheel;
    this.#owner = owner;
    this.#startNext();
  }

  /** Addresses that have said nothing yet. */
  get silent(): string[] {
    return Array.from(this.#running.values(), ({ address }) => address);
  }

  cancel(): void {
    this.#wheel.cancel(this);
    for (const socket of this.#running.keys())
      release(socket)
        .on('error', () => {})
        .destroy();
    this.#running.clear();
  }

  override onExpire(): void {
    this.#startNext();
  }

  #startNext(): void {
    const address = this.#addresses[this.#next] as Address;
    this.#next += 1;
    const socket = connect({
      ...(address.family === unixFamily
        ? { path: address.address }
        : {
            host: address.address,
            port: this.#port,
            autoSelectFamily: false,
            noDelay: true,
            keepAlive: true,
          }),
      ...(this.#onread && { onread: this.#onread }),
    });
    this.#running.set(socket, address);
    socket
      .once('connect', () => this.#onConnect(socket, address))
      .once('error', (error) => this.#onFailure(socket, address, error))
      .once('close', () => this.#onFailure(socket, address, new Error('closed while connecting')));
    if (this.#next < this.#addresses.length) this.#wheel.schedule(this, attemptDelayMs);
    else this.#wheel.cancel(this);
  }

  #onConnect(socket: Socket, address: Address): void {
    this.#running.delete(socket);
    this.cancel();
    this.#owner.onRaceWon(release(socket), address);
  }

  #onFailure(socket: Socket, { address }: Address, error: Error): void {
    this.#running.delete(socket);
    release(socket).on('error', () => {});
    this.failures.push({ address, error });
    if (this.#next < this.#addresses.length) this.#startNext();
    else if (this.#running.size === 0) this.#owner.onRaceLost(this.failures);
  }
}

const release = (socket: Socket): Socket => socket.removeAllListeners();
