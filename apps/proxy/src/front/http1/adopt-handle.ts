import { Socket } from 'node:net';
import { type ReadSocket, reader, readInto } from '../../system/read-buffers.ts';

/** What node:net keeps of a socket that its server has accepted, and states nowhere. */
interface AcceptedSocket {
  _handle: (object & { useUserBuffer?: (buffer: Uint8Array) => void }) | null;
  _server?: object | null;
  server?: object | null;
}

interface OnreadSocketOptions {
  readonly handle: object;
  readonly allowHalfOpen: boolean;
  readonly onread: typeof readInto;
}

const OnreadSocket = Socket as unknown as new (options: OnreadSocketOptions) => ReadSocket;

/**
 * A socket in the place of an accepted one that reads without streams, into buffers that are used again: node:net
 * offers that only for sockets that connect (`onread`). Where its insides are other than known, it stays the same
 * socket, whose bytes come as `data` events.
 */
export function readingInto(socket: Socket): ReadSocket {
  const accepted = socket as unknown as AcceptedSocket;
  const handle = accepted._handle;
  const server = accepted._server;
  if (typeof handle?.useUserBuffer !== 'function' || !server) return socket;
  accepted._handle = null;
  accepted._server = null;
  accepted.server = null;
  const adopted = new OnreadSocket({ handle, allowHalfOpen: true, onread: readInto });
  // Its server counts the connection, and is told by it when it closes.
  const taken = adopted as unknown as AcceptedSocket;
  taken._server = server;
  taken.server = server;
  adopted[reader] = null;
  return adopted;
}
