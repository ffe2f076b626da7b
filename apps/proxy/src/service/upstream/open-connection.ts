import type { TimerWheel } from '@spillway/core';
import type { Destination } from './connect.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import { LeanConnection } from './http1/lean-connection.ts';
import { UndiciConnection } from './undici/undici-connection.ts';

/** A connection that is opened for its first request. `origin`: scheme, host and port. */
export const openConnection = (
  destination: Destination,
  origin: string,
  idleTimeoutMs: number,
  wheel: TimerWheel,
  owner: ConnectionOwner,
): Connection =>
  destination.engine === 'lean'
    ? new LeanConnection(destination, idleTimeoutMs, wheel, owner)
    : new UndiciConnection(destination, origin, idleTimeoutMs, wheel, owner);
