import type { Socket } from 'node:net';

const told: unique symbol = Symbol('peer address');

type ToldSocket = Socket & { [told]?: string };

/** The connection speaks for this address instead of its own: its peer said so (PROXY protocol), and is believed. */
export function setPeerAddress(socket: ToldSocket, address: string): void {
  socket[told] = address;
}

/** Where a connection comes from; undefined once it is gone. */
export const peerAddressOf = (socket: ToldSocket): string | undefined =>
  socket[told] ?? socket.remoteAddress;

/** `to` takes the place of `from`. */
export function passPeerAddress(from: ToldSocket, to: ToldSocket): void {
  if (from[told] !== undefined) to[told] = from[told];
}
