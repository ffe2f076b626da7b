import type { Fault } from './fault.ts';

/** A TCP reset instead of an answer, as a crashed process gives. */
export const reset: Fault = {
  name: 'reset',
  summary: 'reset the connection without an answer',
  async play(exchange) {
    exchange.broken = true;
    exchange.req.socket.resetAndDestroy();
    return 'done';
  },
};
