import type { Server } from 'node:http';
import { Socket } from 'node:net';
import { isClosing, type StagedCloses } from '../staged-close.ts';
import { mayGoOnSending, onConnectionClosed } from './client-socket.ts';

/** Ends a connection in stages: requests behind the last one that gets a response are over now. */
export function endInStages(closes: StagedCloses, socket: Socket): void {
  if (socket.destroyed || isClosing(socket)) return;
  onConnectionClosed(socket);
  closes.close(socket);
}

/** node:http, too, closes its connections so when their last response is flushed. */
export function alwaysEndInStages(server: Server, closes: StagedCloses): void {
  const destroySoon = function (this: Socket): void {
    if (mayGoOnSending(this)) endInStages(closes, this);
    else Socket.prototype.destroySoon.call(this);
  };
  server.on('connection', (socket: Socket) => {
    socket.destroySoon = destroySoon;
  });
}
