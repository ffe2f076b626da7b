import { writeSync, writevSync } from 'node:fs';
import type { Socket } from 'node:net';
import { copyOf, giveBack } from './spare-memory.ts';

/**
 * A part that is no larger leaves as one string with what frames it: node:net joins strings, while a buffer costs a
 * gathering write, a quarter of a small request's CPU time.
 */
export const oneStringBytes = 8 * 1024;

/** What node:net states nowhere of its sockets. */
interface WithHandle {
  readonly _handle: {
    readonly fd?: number;
    /** Handed to libuv, and of that not yet with the kernel. */
    readonly bytesWritten?: number;
    readonly writeQueueSize?: number;
  } | null;
}

/**
 * Writes bytes of borrowed memory to a socket: they go from there to the kernel within the call, and only what it doesn't
 * take is copied. node:net itself would go on reading that memory, and not tell from where on; so they are written to the
 * descriptor, while nothing of node:net's is before them. Where that can't be, all is copied.
 */
export class DirectWriter {
  readonly #socket: Socket;
  /** False: bytes are not on the wire as they are here (TLS). */
  readonly #plain: boolean;
  #directBytes = 0;

  constructor(socket: Socket, plain: boolean) {
    this.#socket = socket;
    this.#plain = plain;
  }

  /** Bytes that the kernel has taken: they grow within a large write too, as its reader reads. */
  get bytesWritten(): number {
    const handle = (this.#socket as unknown as WithHandle)._handle;
    const handed = handle?.bytesWritten ?? this.#socket.bytesWritten;
    return handed - (handle?.writeQueueSize ?? 0) + this.#directBytes;
  }

  /**
   * `before` and `after` frame the bytes. True: the kernel has them all. False: `onOut` is called when it has, or with an
   * error when it never will.
   */
  write(
    before: string,
    bytes: Buffer,
    after: string,
    onOut: (error?: Error | null) => void,
  ): boolean {
    const parts = [bytes];
    if (before !== '') parts.unshift(Buffer.from(before, 'latin1'));
    if (after !== '') parts.push(Buffer.from(after, 'latin1'));
    const taken = this.#writeNow(parts);
    if (taken === before.length + bytes.length + after.length) return true;
    const rest = copyFrom(parts, taken);
    this.#socket.write(rest, (error) => {
      // After an error somebody may still read it.
      if (!error) giveBack(rest);
      onOut(error);
    });
    return false;
  }

  #writeNow(parts: readonly Buffer[]): number {
    const socket = this.#socket;
    if (!this.#plain || socket.writableLength > 0 || !socket.writable) return 0;
    const fd = (socket as unknown as WithHandle)._handle?.fd ?? -1;
    if (fd < 0) return 0;
    try {
      const taken = parts.length === 1 ? writeSync(fd, parts[0] as Buffer) : writevSync(fd, parts);
      this.#directBytes += taken;
      return taken;
    } catch {
      // EAGAIN: the kernel has enough for now. Any other error node:net meets as well, and tells.
      return 0;
    }
  }
}

/** What is behind the first `from` bytes. */
function copyFrom(parts: readonly Buffer[], from: number): Buffer {
  let skip = from;
  const rest: Buffer[] = [];
  for (const part of parts) {
    if (skip < part.length) rest.push(part.subarray(skip));
    skip = Math.max(0, skip - part.length);
  }
  return rest.length === 1 ? copyOf(rest[0] as Buffer) : Buffer.concat(rest);
}
