import { beginBody } from './begin-body.ts';
import { endConnection } from './end-connection.ts';
import type { Fault } from './fault.ts';

/** Content-Length promises twice what comes before the connection ends cleanly. */
export const truncatedLength: Fault = {
  name: 'truncated-length',
  summary: 'close before Content-Length is reached',
  async play(exchange) {
    exchange.broken = true;
    await beginBody(exchange, { 'content-length': exchange.script.size });
    endConnection(exchange);
    return 'done';
  },
};
