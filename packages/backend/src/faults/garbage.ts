import { endConnection } from './end-connection.ts';
import type { Fault } from './fault.ts';

/** Bytes that are no HTTP. */
export const garbage: Fault = {
  name: 'garbage',
  summary: 'answer with bytes that are no HTTP',
  async play(exchange) {
    exchange.broken = true;
    exchange.req.socket.write('this is no answer\r\n\r\n');
    endConnection(exchange);
    return 'done';
  },
};
