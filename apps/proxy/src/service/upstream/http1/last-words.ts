import { Socket } from 'node:net';
import { afterReads, type ReadsWaiter } from './after-reads.ts';

/**
 * Lets a socket whose write failed read what its peer said before it closed. A server that refuses an upload by its
 * head (413) responds, closes, and resets what still comes: node:net destroys the socket over the write, and with it
 * the response that the kernel holds.
 */
export function hearLastWords(socket: Socket): void {
  socket.destroy = destroyOnceRead;
}

function destroyOnceRead<S extends Socket>(this: S, error?: Error): S {
  const failedWrite = (error as NodeJS.ErrnoException | undefined)?.syscall === 'write';
  if (!failedWrite || this.isPaused()) return Socket.prototype.destroy.call(this, error) as S;
  afterReads(new LastWords(this, error as Error));
  return this;
}

/** Nothing follows a reset: once a poll of the event loop brings no more, that was all. */
class LastWords implements ReadsWaiter {
  readonly #socket: Socket;
  readonly #error: Error;
  /** The first turn may be the one in which the write failed. */
  #bytesRead = -1;

  constructor(socket: Socket, error: Error) {
    this.#socket = socket;
    this.#error = error;
  }

  onReadsDone(): void {
    const { bytesRead, destroyed } = this.#socket;
    if (destroyed) return;
    if (bytesRead === this.#bytesRead) {
      Socket.prototype.destroy.call(this.#socket, this.#error);
      return;
    }
    this.#bytesRead = bytesRead;
    afterReads(this);
  }
}
