import { beginBody } from './begin-body.ts';
import { endConnection } from './end-connection.ts';
import type { Fault } from './fault.ts';

/** Chunks without the last one, then the connection ends cleanly. */
export const truncatedChunked: Fault = {
  name: 'truncated-chunked',
  summary: 'close before the last chunk',
  async play(exchange) {
    exchange.broken = true;
    await beginBody(exchange, { 'transfer-encoding': 'chunked' });
    endConnection(exchange);
    return 'done';
  },
};
