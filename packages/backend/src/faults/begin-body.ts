import type { OutgoingHttpHeaders } from 'node:http';
import type { Exchange } from '../exchange.ts';
import { patternBuffer } from '../pattern.ts';

/** Sends 200, the headers and the first half of the body; resolves once the system has taken them. */
export function beginBody(exchange: Exchange, headers: OutgoingHttpHeaders): Promise<void> {
  const { res, script } = exchange;
  res.writeHead(200, { 'content-type': 'application/octet-stream', ...headers });
  return new Promise((resolve) => {
    res.write(patternBuffer(Math.ceil(script.size / 2)), () => resolve());
  });
}
