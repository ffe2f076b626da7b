import type { Socket } from 'node:net';
import { ResponseHeads } from './response-heads.ts';

/**
 * Leaves 100 Continue out of what is read from a connection on which undici carries one request at a time:
 * undici 8 destroys the connection at a 100 (lib/dispatcher/client-h1.js, onHeadersComplete), and has no hook
 * before its parser. What node reads from the network goes through `push` once, and in order. The first response
 * is expected from the begin; `expect` has to be called before each later request.
 */
export function skipContinue(socket: Socket, onContinue: () => void): ResponseHeads {
  const heads = new ResponseHeads(onContinue);
  const { push } = socket;
  socket.push = (chunk: Buffer | null) => {
    if (chunk !== null) return push.call(socket, heads.take(chunk));
    const held = heads.end();
    if (held.length > 0) push.call(socket, held);
    return push.call(socket, null);
  };
  return heads;
}
