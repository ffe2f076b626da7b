import type { Fault } from './fault.ts';

/** Takes the request and never answers, until it is released. */
export const hang: Fault = {
  name: 'hang',
  summary: 'accept and never answer',
  async play(exchange) {
    return (await exchange.hang()) ? 'answer' : 'done';
  },
};
