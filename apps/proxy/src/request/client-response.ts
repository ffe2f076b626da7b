import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Exchange } from './exchange.ts';

/**
 * The server's response with a link to its exchange, so that one listener function serves all
 * requests and none needs a closure of its own.
 */
export class ClientResponse<
  Request extends IncomingMessage = IncomingMessage,
> extends ServerResponse<Request> {
  exchange: Exchange | null = null;
  /** Set on an upgrade request: takes away what watches the connection until the tunnel reads it. */
  stopWatching: (() => void) | null = null;
}
