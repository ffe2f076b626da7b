import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Instance } from '../instance/instance.ts';
import { pathOf } from '../request/request-target.ts';
import { dashboardEndpoint } from './dashboard-endpoint.ts';
import { type Endpoint, json, type OwnAnswer } from './endpoint.ts';
import { healthEndpoint } from './health-endpoint.ts';
import { metricsEndpoint } from './metrics-endpoint.ts';
import { whyEndpoint } from './why-endpoint.ts';

/** The proxy's own endpoints. Adding one is its file, its test and a line here. */
const endpoints: Readonly<Record<string, Endpoint>> = {
  '/proxy-metrics': metricsEndpoint,
  '/proxy-health': healthEndpoint,
  '/proxy-dashboard': dashboardEndpoint,
  '/proxy-why': whyEndpoint,
};

const ownPrefix = '/proxy-';
/** Balancers and orchestrators ask it, and know no token. */
const openPath = '/proxy-health';

/** Paths that are answered here and never forwarded, in whichever form the target comes. */
export function isOwnPath(target: string): boolean {
  return pathOf(target).startsWith(ownPrefix);
}

/** Answers one of the proxy's own paths where clients connect: there are none with a listener of their own. */
export function answerOwnPath(
  instance: Instance,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const isElsewhere = instance.settings.adminPort !== null;
  write(instance, request, response, isElsewhere ? elsewhere : ownAnswer(instance, request));
}

/** Answers whatever is asked at the listener of --admin-port. */
export function answerAdmin(
  instance: Instance,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  write(instance, request, response, ownAnswer(instance, request));
}

function ownAnswer(instance: Instance, request: IncomingMessage): OwnAnswer {
  const { method, headers } = request;
  const [pathname = '', query] = pathOf(request.url as string).split('?', 2);
  const [, name = '', rest = ''] = /^(\/[^/]*)(?:\/(.*))?$/s.exec(pathname) ?? [];
  if (!name.startsWith(ownPrefix)) return noSuchEndpoint;
  const trusted = instance.adminToken.admits(headers.authorization);
  if (!trusted && name !== openPath) return unauthorized;
  const endpoint = Object.hasOwn(endpoints, name) ? endpoints[name] : undefined;
  if (endpoint === undefined) return noSuchEndpoint;
  if (method !== 'GET' && method !== 'HEAD') {
    return {
      ...json(405, { error: `${method} is not allowed here` }),
      fields: { allow: 'GET, HEAD' },
    };
  }
  const asked = { instance, rest, query: new URLSearchParams(query), headers, trusted };
  return endpoint(asked) ?? noSuchEndpoint;
}

function write(
  { draining }: Instance,
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, type, body, fields }: OwnAnswer,
): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...fields,
    ...(draining ? { connection: 'close' } : {}),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

const noSuchEndpoint = json(404, {
  error: 'no such endpoint',
  endpoints: Object.keys(endpoints),
});

const elsewhere = json(404, {
  error: "the proxy's own endpoints have a listener of their own (--admin-port)",
});

/**
 * Basic lets a browser ask its user: the token is the password, under any name. Two fields, because Chromium
 * takes a list of challenges in one for the first of them.
 */
const unauthorized: OwnAnswer = {
  ...json(401, { error: 'the token is missing or wrong (--admin-token)' }),
  fields: { 'www-authenticate': ['Bearer realm="spillway"', 'Basic realm="spillway"'] },
};
