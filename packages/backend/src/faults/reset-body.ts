import { beginBody } from './begin-body.ts';
import type { Fault } from './fault.ts';

/** The headers and half of the body, then a TCP reset. */
export const resetBody: Fault = {
  name: 'reset-body',
  summary: 'reset the connection in the middle of the body',
  async play(exchange) {
    exchange.broken = true;
    await beginBody(exchange, { 'content-length': exchange.script.size });
    exchange.req.socket.resetAndDestroy();
    return 'done';
  },
};
