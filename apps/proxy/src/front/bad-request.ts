import { STATUS_CODES } from 'node:http';
import { problemText, proxyStatus } from '../http/problem.ts';

/** The whole response to bytes that never became a request; the connection is closed behind it. */
export function badRequestResponse(status: number, reason: string): string {
  const body = problemText(
    'client_error',
    status,
    `the request could not be read (${reason})`,
    '-',
    null,
  );
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    `proxy-status: ${proxyStatus('client_error')}`,
    `date: ${new Date().toUTCString()}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}

/** The option that a request went beyond, else the parser's code. */
export function parseFaultText(code: string): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'its head or trailers are larger than --max-header-size';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'its head did not come within --client-header-timeout';
    default:
      return code;
  }
}
