import type { IncomingMessage } from 'node:http';
import type { Gateway } from '../gateway.ts';
import type { ClientResponse } from '../request/client-response.ts';
import { parseRequestTarget } from '../request/request-target.ts';
import { type Endpoint, json, type OwnAnswer } from './endpoint.ts';
import { healthEndpoint } from './health-endpoint.ts';
import { metricsEndpoint } from './metrics-endpoint.ts';
import { whyEndpoint } from './why-endpoint.ts';

/** The proxy's own endpoints. Adding one is its file, its test and a line here. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  '/proxy-metrics': metricsEndpoint,
  '/proxy-health': healthEndpoint,
  '/proxy-why': whyEndpoint,
};

const ownPrefix = '/proxy-';

/** Paths that are answered here and never forwarded, in whichever form the target comes. */
export function isOwnPath(target: string): boolean {
  return pathOf(target).startsWith(ownPrefix);
}

/** Answers one of the proxy's own paths. */
export function answerOwnPath(
  gateway: Gateway,
  request: IncomingMessage,
  response: ClientResponse,
): void {
  const { status, type, body, fields } = ownAnswer(gateway, request);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...fields,
    ...(gateway.draining ? { connection: 'close' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function ownAnswer(gateway: Gateway, request: IncomingMessage): OwnAnswer {
  const [pathname = '', query] = pathOf(request.url as string).split('?', 2);
  const [, name = '', rest = ''] = /^(\/[^/]*)(?:\/(.*))?$/s.exec(pathname) ?? [];
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (endpoint === undefined) return noSuchEndpoint;
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return {
      ...json(405, { error: `${request.method} is not allowed here` }),
      fields: { allow: 'GET, HEAD' },
    };
  }
  const { headers } = request;
  return endpoint({ gateway, rest, query: new URLSearchParams(query), headers }) ?? noSuchEndpoint;
}

const noSuchEndpoint = json(404, {
  error: 'no such endpoint',
  endpoints: Object.keys(endpoints),
});

/** Path and query. No URL object: it throws at authorities that we don't look at. */
const pathOf = (target: string): string =>
  target.startsWith('/') ? target : (parseRequestTarget('GET', target)?.path ?? '');
