import { endConnection } from './end-connection.ts';
import type { Fault } from './fault.ts';

/** A clean end of the connection (FIN) instead of an answer, as a server shutting down gives. */
export const close: Fault = {
  name: 'close',
  summary: 'close the connection without an answer',
  async play(exchange) {
    exchange.broken = true;
    endConnection(exchange);
    return 'done';
  },
};
