import { patternBuffer } from '../pattern.ts';
import { beginBody } from './begin-body.ts';
import type { Fault } from './fault.ts';

/** The headers and half of the body, then silence; once released, the other half. */
export const hangBody: Fault = {
  name: 'hang-body',
  summary: 'fall silent in the middle of the body',
  async play(exchange) {
    const { res, script } = exchange;
    await beginBody(exchange, { 'content-length': script.size });
    if (await exchange.hang())
      res.end(patternBuffer(script.size).subarray(Math.ceil(script.size / 2)));
    return 'done';
  },
};
