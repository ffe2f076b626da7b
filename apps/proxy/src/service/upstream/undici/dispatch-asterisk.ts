import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Dispatcher } from 'undici';

const created = 'undici:request:create';

/**
 * OPTIONS * (RFC 9112 section 3.2.4). undici takes no path but one with a leading slash; its public
 * channel shows the request before it is written, and dispatch is synchronous up to there.
 */
export function dispatchAsterisk(
  client: Dispatcher,
  options: Dispatcher.DispatchOptions,
  handler: Dispatcher.DispatchHandler,
): void {
  const setTarget = (message: unknown): void => {
    (message as { request: { path: string } }).request.path = '*';
  };
  subscribe(created, setTarget);
  try {
    client.dispatch({ ...options, path: '/' }, handler);
  } finally {
    unsubscribe(created, setTarget);
  }
}
