import { problemSchema } from '@spillway/contracts';
import { expect } from 'vitest';
import type { Flags } from './config-from-flags.ts';
import type { Bytes, RawClient } from './raw-client.ts';
import { fieldOf, type RawRequest, type RawResponse } from './raw-message.ts';
import { RawUpstream, type UpstreamConnection } from './raw-upstream.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';

export interface Case {
  readonly upstream: RawUpstream;
  readonly proxy: TestGateway;
  readonly client: RawClient;
}

/** One upstream, the proxy before it, and a connected client. */
export async function setUp(flags: Flags = {}, file: object | null = null): Promise<Case> {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, ...flags }, file);
  return { upstream, proxy, client: await proxy.connect() };
}

/** As `setUp` with one permit, which the request for `/first` holds until the upstream answers it. */
export async function setUpBusy(
  flags: Flags = {},
): Promise<Case & { readonly first: RawClient; readonly connection: UpstreamConnection }> {
  const running = await setUp({ '--max-concurrent-requests': 1, ...flags });
  const first = await running.proxy.connect();
  await first.send(request('GET /first'));
  const connection = await running.upstream.accept();
  await connection.readRequest();
  return { ...running, first, connection };
}

/** A request in bytes; `fields` are whole lines. Host is `a`. */
export const request = (line: string, fields: readonly string[] = [], body = ''): string =>
  `${[`${line} HTTP/1.1`, 'Host: a', ...fields].join('\r\n')}\r\n\r\n${body}`;

/** An answer in bytes; `fields` are whole lines. */
export const response = (status: string, fields: readonly string[] = [], body = ''): string =>
  `${[`HTTP/1.1 ${status}`, ...fields].join('\r\n')}\r\n\r\n${body}`;

/** An answer with these bytes as its content. */
export const ok = (body = ''): string =>
  response('200 OK', [`Content-Length: ${body.length}`], body);

/** The same content in chunks of at most `size` bytes. */
export const chunked = (body: string, size = 7, trailers: readonly string[] = []): string => {
  const chunks: string[] = [];
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.slice(at, at + size);
    chunks.push(`${chunk.length.toString(16)}\r\n${chunk}\r\n`);
  }
  return `${chunks.join('')}0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`;
};

/** What the upstream gets to see of these bytes, and what the client is answered (200). */
export async function forward(
  bytes: Bytes,
  flags: Flags = {},
): Promise<Case & { request: RawRequest; response: RawResponse }> {
  const running = await setUp(flags);
  running.upstream.respond(ok());
  await running.client.send(bytes);
  const request = await running.upstream.nextRequest();
  return { ...running, request, response: await running.client.readResponse(request.method) };
}

/** What a client gets to see of these bytes of an upstream that then keeps the connection. */
export async function relay(
  bytes: Bytes,
  { ask = request('GET /'), flags = {} }: { ask?: string; flags?: Flags } = {},
): Promise<Case & { response: RawResponse }> {
  const running = await setUp({ '--max-retries': 0, ...flags });
  running.upstream.respond(bytes);
  await running.client.send(ask);
  const response = await running.client.readResponse(ask.slice(0, ask.indexOf(' ')));
  return { ...running, response };
}

/** Our own answer: problem+json with the outcome, never without a length. */
export function expectProblem(response: RawResponse, status: number, outcome: string): void {
  expect(response.status, response.body.toString()).toBe(status);
  expect(fieldOf(response, 'content-type')).toBe('application/problem+json');
  expect(response.framing).toBe('length');
  expect(problemSchema.parse(JSON.parse(response.body.toString()))).toMatchObject({
    status,
    outcome,
  });
}

/** Refused with this status, the connection closed after it, and not a byte at the upstream. */
export async function expectRefused(
  bytes: Bytes,
  status: number,
  flags: Flags = {},
): Promise<RawResponse> {
  const { upstream, proxy, client } = await setUp(flags);
  await client.send(bytes);
  const response = await client.readResponse();
  expectProblem(response, status, 'client_error');
  expect(fieldOf(response, 'connection')).toBe('close');
  await client.closed();
  expect(upstream.connections).toHaveLength(0);
  expect(proxy.instance.metrics.snapshot().metrics.outcomes.client_error).toBe(1);
  expect(proxy.instance.metrics.total).toBe(1);
  return response;
}

/** Consecutive failures that the breaker of the only upstream has counted. */
export const breakerFailures = (proxy: TestGateway): number | undefined =>
  proxy.service.upstreams.all[0]?.breaker.consecutiveFailures;
