import { Socket } from 'node:net';
import { TimerEntry, type TimerWheel } from '@spillway/core';

/** Longest silence of a client that has been refused and may go on sending. */
const lingerIdleMs = 2000;
/** Longest time in which it is listened to. */
const lingerMs = 5000;
/** Most bytes of it that are read. */
const lingerBytes = 64 * 1024 * 1024;

const closing: unique symbol = Symbol('closing');

type ClosingSocket = Socket & { [closing]?: StagedClose };

/**
 * Ends connections so that their last response arrives. With bytes of the client unread, a close would send a reset
 * that overtakes the response (RFC 9112 section 9.6): we stop sending, read on for a bounded time and amount, and
 * close then, or when the client does.
 */
export class StagedCloses {
  readonly #wheel: TimerWheel;
  readonly #open = new Set<StagedClose>();
  #onEmpty: (() => void) | null = null;

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  /** What has been written is sent, then FIN. */
  close(socket: Socket): void {
    const entry = socket as ClosingSocket;
    if (socket.destroyed || entry[closing] !== undefined) return;
    const close = new StagedClose(socket, this.#wheel);
    entry[closing] = close;
    this.#open.add(close);
    socket.once('close', () => {
      this.#wheel.cancel(close);
      this.#open.delete(close);
      if (this.#open.size === 0) this.#onEmpty?.();
    });
  }

  /** Resolves once every client under way to its end has had its response and gone, or after `graceMs`. */
  async over(graceMs: number): Promise<void> {
    if (this.#open.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Whether a connection is being closed in stages: whatever else comes on it is of no interest. */
export const isClosing = (socket: Socket): boolean =>
  (socket as ClosingSocket)[closing] !== undefined;

interface ReadingHandle {
  reading?: boolean;
  readStart?: () => void;
}

/**
 * Where node:http had stopped reading, as nobody took the content, its stream still waits for that read: without the
 * listeners that node:http takes along, resuming the stream alone starts nothing.
 */
function readOn(socket: Socket): void {
  socket.resume();
  const { _handle: handle } = socket as Socket & { _handle?: ReadingHandle | null };
  if (handle?.reading !== false) return;
  handle.reading = true;
  handle.readStart?.();
}

/** One connection from our FIN to its end; as a timer it looks whether the client still sends. */
class StagedClose extends TimerEntry {
  readonly #socket: Socket;
  readonly #wheel: TimerWheel;
  readonly #until: number;
  readonly #mostRead: number;
  #readWhenChecked: number;

  constructor(socket: Socket, wheel: TimerWheel) {
    super();
    this.#socket = socket;
    this.#wheel = wheel;
    this.#until = wheel.now() + lingerMs;
    this.#readWhenChecked = socket.bytesRead;
    this.#mostRead = socket.bytesRead + lingerBytes;
    wheel.schedule(this, lingerIdleMs);
    // The parser gets no more of it: what comes is no request any longer.
    socket.removeAllListeners('data');
    socket.removeAllListeners('readable');
    socket.on('data', () => {
      if (socket.bytesRead > this.#mostRead) socket.destroy();
    });
    socket.on('end', () => Socket.prototype.destroySoon.call(socket));
    socket.on('error', () => socket.destroy());
    socket.end();
    if (socket.readableEnded) Socket.prototype.destroySoon.call(socket);
    else readOn(socket);
  }

  override onExpire(): void {
    const { bytesRead } = this.#socket;
    const leftMs = this.#until - this.#wheel.now();
    if (bytesRead === this.#readWhenChecked || leftMs <= 0) {
      this.#socket.destroy();
      return;
    }
    this.#readWhenChecked = bytesRead;
    this.#wheel.schedule(this, Math.min(lingerIdleMs, leftMs));
  }
}
