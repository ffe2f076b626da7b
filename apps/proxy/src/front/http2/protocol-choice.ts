import type { Socket } from 'node:net';
import { TimerEntry, type TimerWheel } from '@spillway/core';

export type Protocol = 'http1' | 'http2';

/** What a client of HTTP/2 sends first (RFC 9113 section 3.4); no request of HTTP/1.1 begins so. */
const preface = Buffer.from('PRI * HTTP/2.0', 'latin1');

export interface ProtocolChooser {
  /** `ahead`: what has been read of it. */
  onChosen(socket: Socket, protocol: Protocol, ahead: Buffer): void;
  /** The connection is gone. */
  onGone(socket: Socket): void;
  /** The client ended its side, or was silent for too long, within what would tell; nothing more is read. */
  onUndecided(socket: Socket, begun: boolean, timedOut: boolean): void;
}

/** Reads the first bytes of a connection, until they tell which protocol it speaks. */
export class ProtocolChoice extends TimerEntry {
  readonly #socket: Socket;
  readonly #wheel: TimerWheel;
  readonly #chooser: ProtocolChooser;
  readonly #onReadable = () => {
    const bytes = this.#socket.read() as Buffer | null;
    if (bytes !== null) this.look(bytes);
  };
  readonly #onEnd = () => this.#giveUp(false);
  readonly #onClose = () => {
    this.#leave();
    this.#chooser.onGone(this.#socket);
  };
  #seen: Buffer = Buffer.alloc(0);

  constructor(socket: Socket, wheel: TimerWheel, limitMs: number, chooser: ProtocolChooser) {
    super();
    this.#socket = socket;
    this.#wheel = wheel;
    this.#chooser = chooser;
    wheel.schedule(this, limitMs);
    socket.on('readable', this.#onReadable);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onClose);
    // What it means is known once the connection closes, which follows.
    socket.on('error', ignore);
  }

  override onExpire(): void {
    this.#giveUp(true);
  }

  /** At what has been read. */
  look(bytes: Buffer): void {
    this.#seen = this.#seen.length === 0 ? bytes : Buffer.concat([this.#seen, bytes]);
    const compared = Math.min(this.#seen.length, preface.length);
    const same = preface.compare(this.#seen, 0, compared, 0, compared) === 0;
    if (same && compared < preface.length) return;
    this.#leave();
    this.#chooser.onChosen(this.#socket, same ? 'http2' : 'http1', this.#seen);
  }

  #giveUp(timedOut: boolean): void {
    this.#leave();
    this.#chooser.onUndecided(this.#socket, this.#seen.length > 0, timedOut);
  }

  #leave(): void {
    this.#wheel.cancel(this);
    this.#socket.off('readable', this.#onReadable);
    this.#socket.off('end', this.#onEnd);
    this.#socket.off('close', this.#onClose);
  }
}

function ignore(): void {}
