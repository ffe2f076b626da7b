import type { Socket } from 'node:net';
import { systemTime } from './system-time.ts';

/** Who reads a socket. */
export interface BytesReader {
  /** Bytes that came. Their memory is read into again once the call returns: what outlives it has to be copied. */
  onBytes(bytes: Buffer): void;
}

export const reader: unique symbol = Symbol('reader');

/** Set on a socket that was opened with `readInto`; null: what it reads goes through its stream. */
export type ReadSocket = Socket & { [reader]?: BytesReader | null };

/** Most that one read brings. */
export const readBufferBytes = 256 * 1024;

/**
 * What every socket of this thread reads into: one for all. An idle connection takes no memory, a body needs no new
 * buffer, and what passes through stays in the processor's cache: of 1 MiB, buffers of 64 KiB cost half as much again.
 */
export const readBuffer: Buffer = Buffer.allocUnsafeSlow(readBufferBytes);

function onRead(this: ReadSocket, bytes: number): boolean {
  const owner = this[reader];
  const read = readBuffer.subarray(0, bytes);
  if (!owner) return this.push(Buffer.from(read));
  systemTime.hold();
  try {
    owner.onBytes(read);
  } finally {
    systemTime.letGo();
  }
  return true;
}

/** For `net.connect`: reads without streams. */
export const readInto = {
  buffer: readBuffer,
  callback: onRead as unknown as (bytes: number, buffer: Uint8Array) => boolean,
};
