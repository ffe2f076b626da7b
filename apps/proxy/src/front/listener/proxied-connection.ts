import type { Socket } from 'node:net';
import { longestV2Bytes, readProxyHeader } from './proxy-protocol.ts';

const noBytes = Buffer.alloc(0);

interface HeaderOwner {
  /** `source` null: the peer speaks for itself. `rest`: what came behind the header; perhaps nothing. */
  onHeader(source: string | null, rest: Buffer): void;
  onBadHeader(reason: string): void;
}

/** Reads the PROXY header of a connection, and no more than it has to. */
export function readProxyHeaderOf(socket: Socket, timeoutMs: number, owner: HeaderOwner): void {
  let bytes: Buffer = noBytes;
  const stop = () => {
    clearTimeout(timer);
    socket.off('readable', onReadable);
    socket.off('end', onEnd);
    socket.off('close', stop);
  };
  const refuse = (reason: string) => {
    stop();
    owner.onBadHeader(reason);
  };
  const onEnd = () => refuse('it ended before its PROXY header');
  const onReadable = () => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const header = readProxyHeader(bytes);
    if (header.kind === 'bad') refuse(header.reason);
    else if (header.kind === 'done') {
      stop();
      owner.onHeader(header.source, bytes.subarray(header.bytes));
    } else if (bytes.length > longestV2Bytes) refuse('its PROXY header is too long');
  };
  const timer = setTimeout(() => refuse('its PROXY header took too long'), timeoutMs);
  socket.on('readable', onReadable);
  socket.on('end', onEnd);
  socket.on('close', stop);
}
