import type { Socket } from 'node:net';
import type { OutgoingRequest } from '../connection.ts';
import { declaredLength, expectsBody } from './request-head.ts';
import { WireError } from './wire-error.ts';

/** A body that is no larger goes in one string with its head: joining costs less than a gathering write. */
const oneStringBytes = 16 * 1024;

/** Writes a request of which the whole body is there. `head`: up to what frames the body. */
export function writeRequest(
  socket: Socket,
  head: string,
  { method, headers }: OutgoingRequest,
  body: Buffer | null,
): void {
  if (body === null || body.length === 0) {
    const framing = expectsBody(method) ? 'content-length: 0\r\n' : '';
    socket.write(`${head}${framing}\r\n`, 'latin1');
    return;
  }
  const declared = declaredLength(headers);
  if (declared !== null && declared !== body.length) throw wrongLength(declared);
  const whole = `${head}content-length: ${body.length}\r\n\r\n`;
  if (body.length <= oneStringBytes) {
    socket.write(whole + body.toString('latin1'), 'latin1');
    return;
  }
  socket.cork();
  socket.write(whole, 'latin1');
  socket.write(body);
  socket.uncork();
}

export const wrongLength = (declared: number): WireError =>
  new WireError(
    'request_length',
    `the body of the request has another length than the ${declared} bytes declared`,
  );
