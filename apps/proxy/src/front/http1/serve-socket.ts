import type { Socket } from 'node:net';
import { type ReadSocket, reader } from '../../system/read-buffers.ts';
import type { ConnectionContext } from './connection-context.ts';
import { Http1Connection } from './http1-connection.ts';

const connection: unique symbol = Symbol('connection');

type ServedSocket = ReadSocket & { [connection]?: Http1Connection };

const of = (socket: ServedSocket): Http1Connection => socket[connection] as Http1Connection;

/** Serves a connection from now on. Its listeners are the same functions for every socket. */
export function serveSocket(context: ConnectionContext, socket: ServedSocket): void {
  const served = new Http1Connection(context, socket);
  socket[connection] = served;
  socket[reader] = served;
  socket.on('data', onData);
  // The server accepts them paused.
  socket.resume();
  socket.on('end', onEnd);
  socket.on('drain', onDrain);
  socket.on('error', ignore);
  socket.on('close', onClose);
}

/** Of a socket that reads through its stream. */
function onData(this: ServedSocket, bytes: Buffer): void {
  if (this[reader]) of(this).onBytes(bytes);
}

function onEnd(this: ServedSocket): void {
  if (this[reader]) of(this).onEnd();
}

function onDrain(this: Socket): void {
  of(this).onDrain();
}

function onClose(this: Socket): void {
  of(this).onClose();
}

/** What it means is known once the connection closes, which follows. */
function ignore(): void {}
