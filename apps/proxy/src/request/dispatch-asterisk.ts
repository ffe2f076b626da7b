import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Dispatcher } from 'undici';
import type { Connection, ResponseHandler } from '../upstream/connection.ts';

const created = 'undici:request:create';

/**
 * OPTIONS * (RFC 9112 section 3.2.4). undici takes no path but one with a leading slash; its public
 * channel shows the request before it is written, and dispatch is synchronous up to there.
 */
export function dispatchAsterisk(
  connection: Connection,
  options: Dispatcher.DispatchOptions,
  handler: ResponseHandler,
): void {
  const setTarget = (message: unknown): void => {
    (message as { request: { path: string } }).request.path = '*';
  };
  subscribe(created, setTarget);
  try {
    connection.dispatch({ ...options, path: '/' }, handler);
  } finally {
    unsubscribe(created, setTarget);
  }
}
