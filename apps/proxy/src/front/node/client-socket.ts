import type { Socket } from 'node:net';
import type { NodeClient } from './node-client.ts';

/** Marks the connection with the latest request under way; `earlier` leads to the ones before it. */
const latestClient: unique symbol = Symbol('latest client');

/** The last request that was over before its content had come. */
export const unfinishedClient: unique symbol = Symbol('unfinished client');

/** The client has ended its sending side and is served all the same (`--half-close answer`). */
export const endedBySender: unique symbol = Symbol('ended by its sender');

/** Requests of the connection so far. */
export const requestCount: unique symbol = Symbol('requests');

export type ClientSocket = Socket & {
  [requestCount]?: number;
  [latestClient]?: NodeClient | null;
  [unfinishedClient]?: NodeClient;
  [endedBySender]?: true;
};

export const latestOf = (socket: ClientSocket): NodeClient | null => socket[latestClient] ?? null;

/** Every request of the connection that is not over, the latest first. */
function clientsOf(socket: ClientSocket): NodeClient[] {
  const clients: NodeClient[] = [];
  for (let client = latestOf(socket); client !== null; client = client.earlier)
    clients.push(client);
  return clients;
}

export function linkClient(client: NodeClient): void {
  const socket = client.req.socket as ClientSocket;
  client.earlier = latestOf(socket);
  socket[latestClient] = client;
}

export function unlinkClient(over: NodeClient): void {
  const socket = over.req.socket as ClientSocket;
  if (!over.req.complete) socket[unfinishedClient] = over;
  if (latestOf(socket) === over) {
    // Not by `delete`: it would turn the socket into a dictionary, slow to look anything up in.
    socket[latestClient] = over.earlier;
    return;
  }
  const later = clientsOf(socket).find(({ earlier }) => earlier === over);
  if (later !== undefined) later.earlier = over.earlier;
}

/** Whether the client may still send: content that nobody waits for, or requests that nobody will answer. */
export function mayGoOnSending(socket: ClientSocket): boolean {
  const latest = latestOf(socket);
  if (latest === null) return socket[unfinishedClient]?.req.complete === false;
  return !latest.req.complete || latest.earlier !== null;
}

/** A pipelined response has no socket yet and would never hear that the client left. */
export function onConnectionClosed(socket: ClientSocket): void {
  for (const client of clientsOf(socket)) {
    if (client.socket === null && client.upgrade === null) client.onClosed();
  }
}
