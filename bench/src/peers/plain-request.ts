import type { IncomingMessage } from 'node:http';
import type { Dispatcher } from 'undici';
import { endToEnd } from './end-to-end.ts';

/** A request as the upstream is to get it: the same, without what is of the client's connection. */
export function plainRequest(req: IncomingMessage): Dispatcher.DispatchOptions {
  const hasBody = req.method !== 'GET' && req.method !== 'HEAD';
  return {
    path: req.url ?? '/',
    method: req.method ?? 'GET',
    headers: endToEnd(req.headers),
    body: hasBody ? req : null,
  };
}
