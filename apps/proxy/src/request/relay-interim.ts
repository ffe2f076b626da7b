import { STATUS_CODES } from 'node:http';
import type { Exchange } from './exchange.ts';
import type { RawFields } from './raw-fields.ts';
import { interimFields } from './response-fields.ts';

/** An interim answer (RFC 9110 section 15.2) goes out as it is; HTTP/1.0 knows none. */
export function relayInterim(exchange: Exchange, status: number, raw: RawFields): void {
  const { request, response } = exchange;
  if (request.httpVersionMinor === 0 || response.headersSent) return;
  writeInformation(exchange, status, interimFields(raw));
}

interface InformationWriter {
  writeInformation?(status: number, fields: string[]): void;
}

/** Node 26 has a call for any interim answer; before it only the socket has. */
function writeInformation(exchange: Exchange, status: number, fields: string[]): void {
  const response = exchange.response as typeof exchange.response & InformationWriter;
  if (response.writeInformation !== undefined) {
    response.writeInformation(status, fields);
    return;
  }
  // A pipelined answer has no socket yet: an interim one may be left out, a wrong order may not.
  if (response.socket === null) return;
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`;
  for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`;
  response.socket.write(`${head}\r\n`, 'latin1');
}
