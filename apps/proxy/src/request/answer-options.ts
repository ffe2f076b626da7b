import type { IncomingMessage } from 'node:http';
import type { ClientResponse } from './client-response.ts';

/** Methods that are forwarded, for the Allow field. */
export const allowedMethods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** RFC 9110 section 7.6.2: an OPTIONS that may go no further is meant for us. */
export const isOptionsForUs = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && /^0+$/.test(String(headers['max-forwards']));

export function answerOptions(response: ClientResponse): void {
  response.writeHead(204, { allow: allowedMethods });
  response.end();
}
