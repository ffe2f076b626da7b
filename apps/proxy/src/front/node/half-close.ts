import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { type ClientSocket, endedBySender } from './client-socket.ts';

/**
 * `--half-close answer`: a client that ends its side behind a whole request is served until a write fails. TCP says
 * of one that has left no more than the same FIN, and of its reset behind it nothing until we write.
 */
export function answerHalfClosed(server: Server): void {
  (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
  server.on('connection', (socket: Socket) => socket.on('end', onHalfClosed));
}

function onHalfClosed(this: ClientSocket): void {
  this[endedBySender] = true;
}
