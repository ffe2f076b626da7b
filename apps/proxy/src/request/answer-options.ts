import type { Client } from '../front/client.ts';

/** Methods that are forwarded, for the Allow field. */
export const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** RFC 9110 section 7.6.2: an OPTIONS that may go no further is meant for us. */
export const isOptionsForUs = (client: Client): boolean =>
  client.method === 'OPTIONS' && /^0+$/.test(client.field('max-forwards') ?? '');

export function answerOptions(client: Client): void {
  client.head(204, null, ['allow', allowedMethods], null);
  client.finish();
}
