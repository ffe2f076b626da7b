import type { Backend } from '@spillway/backend';
import { startBackend } from '@spillway/backend';
import { onTestFinished } from 'vitest';
import type { Bytes, RawClient } from '../kit/raw-client.ts';
import type { RawResponse } from '../kit/raw-message.ts';
import type { TestGateway } from '../kit/test-gateway.ts';

/** A request to put on the wire; GET without fields when nothing else is said. */
export interface Asking {
  readonly method?: string;
  readonly path?: string;
  readonly fields?: Readonly<Record<string, string | number>>;
  readonly body?: string;
}

/** Its bytes. A body brings its Content-Length unless the fields frame it themselves. */
export function bytesOfRequest({ method = 'GET', path = '/', fields = {}, body = '' }: Asking) {
  const length =
    body === '' || 'Transfer-Encoding' in fields ? {} : { 'Content-Length': body.length };
  const lines = Object.entries({ Host: 'test', ...length, ...fields });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** A client of its own whose request is sent, and not waited for. */
export async function send(proxy: TestGateway, asking: Asking | Bytes = {}): Promise<RawClient> {
  const client = await proxy.connect();
  const isBytes = typeof asking === 'string' || Buffer.isBuffer(asking);
  await client.send(isBytes ? asking : bytesOfRequest(asking));
  return client;
}

/** The answer to one request on a connection of its own. */
export async function ask(proxy: TestGateway, asking: Asking = {}): Promise<RawResponse> {
  const client = await send(proxy, asking);
  const response = await client.readResponse(asking.method);
  client.destroy();
  return response;
}

/** The scriptable backend, closed when the test is over. */
export async function startTestBackend(
  ...options: Parameters<typeof startBackend>
): Promise<Backend> {
  const backend = await startBackend(...options);
  onTestFinished(() => backend.close());
  return backend;
}
