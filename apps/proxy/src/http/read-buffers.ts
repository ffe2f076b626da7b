import type { Socket } from 'node:net';

/** Who reads a socket. */
export interface BytesReader {
  /** Bytes that may be looked at until the call returns; it returns the buffer for the next ones. */
  onBytes(buffer: Buffer, bytes: number): Buffer;
}

export const reader: unique symbol = Symbol('reader');

/** Set on a socket that was opened with `readInto`; null: what it reads goes through its stream. */
export type ReadSocket = Socket & { [reader]?: BytesReader | null };

/**
 * What every socket reads into while it waits: one for all, so that an idle connection takes no memory and a small
 * response no new buffer. What outlives a call has to be copied out of it.
 */
export const sharedBuffer = Buffer.allocUnsafeSlow(16 * 1024);

/**
 * A body that fills its buffer gets one of its own, and a larger one while its receiver takes all of it in the same
 * turn. Not larger still: where the receiver is at times behind, the buffers left to the collector would add up (a
 * download of 1 GiB grew by 60 MiB with 256 KiB, and by 40 with this).
 */
const ownBytes = 64 * 1024;
const largeBytes = 128 * 1024;
const mostSpare = 8;
const spare: Record<number, Buffer[]> = { [ownBytes]: [], [largeBytes]: [] };

/**
 * The buffer for what follows. `kept`: somebody still holds bytes of this one. `more`: the body goes on, and this read
 * has filled the buffer.
 */
export function bufferAfter(buffer: Buffer, kept: boolean, more: boolean): Buffer {
  const isOwn = buffer !== sharedBuffer;
  if (!more) {
    if (isOwn && !kept) giveBack(buffer);
    return sharedBuffer;
  }
  if (!isOwn || kept) return take(ownBytes);
  if (buffer.length === largeBytes) return buffer;
  giveBack(buffer);
  return take(largeBytes);
}

const take = (bytes: number): Buffer => spare[bytes]?.pop() ?? Buffer.allocUnsafeSlow(bytes);

function giveBack(buffer: Buffer): void {
  const buffers = spare[buffer.length] as Buffer[];
  if (buffers.length < mostSpare) buffers.push(buffer);
}

let next: Buffer = sharedBuffer;

function onRead(this: ReadSocket, bytes: number, buffer: Uint8Array): boolean {
  const whole = buffer as Buffer;
  next = sharedBuffer;
  const owner = this[reader];
  if (!owner) return this.push(Buffer.from(whole.subarray(0, bytes)));
  next = owner.onBytes(whole, bytes);
  return true;
}

function takeNext(): Buffer {
  const buffer = next;
  next = sharedBuffer;
  return buffer;
}

/** For `net.connect`: reads without streams, into buffers that are used again. */
export const readInto = {
  // Asked right behind each read, and once before the first: only a read may bring one that is not shared.
  buffer: takeNext,
  callback: onRead as unknown as (bytes: number, buffer: Uint8Array) => boolean,
};
