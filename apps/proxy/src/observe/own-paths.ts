import type { IncomingMessage } from 'node:http';
import type { Health } from '@spillway/contracts';
import type { Gateway } from '../gateway.ts';
import type { ClientResponse } from '../request/client-response.ts';
import { parseRequestTarget } from '../request/request-target.ts';
import { version } from '../version.ts';
import { prometheusText } from './prometheus-text.ts';

const ownPrefix = '/proxy-';

/** Paths that are answered here and never forwarded, in whichever form the target comes. */
export function isOwnPath(target: string): boolean {
  return pathOf(target).startsWith(ownPrefix);
}

/** Path and query. No URL object: it throws at authorities that we don't look at. */
const pathOf = (target: string): string =>
  target.startsWith('/') ? target : (parseRequestTarget('GET', target)?.path ?? '');

interface OwnAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, value: unknown): OwnAnswer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value, null, 2)}\n`,
});

/** The proxy's own endpoints; each is a line in the table. */
export class OwnPaths {
  readonly #gateway: Gateway;
  readonly #endpoints: Record<
    string,
    (request: IncomingMessage, query: URLSearchParams) => OwnAnswer
  >;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
    this.#endpoints = {
      '/proxy-metrics': (request, query) => this.#metrics(request, query),
      '/proxy-health': (_request, query) => this.#health(query),
    };
  }

  answer(request: IncomingMessage, response: ClientResponse): void {
    const [pathname = '', query] = pathOf(request.url as string).split('?', 2);
    const endpoint = this.#endpoints[pathname];
    const { status, type, body } =
      endpoint === undefined
        ? json(404, { error: 'no such endpoint', endpoints: Object.keys(this.#endpoints) })
        : request.method === 'GET' || request.method === 'HEAD'
          ? endpoint(request, new URLSearchParams(query))
          : json(405, { error: `${request.method} is not allowed here` });
    response.writeHead(status, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
      ...(this.#gateway.draining ? { connection: 'close' } : {}),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  #metrics(request: IncomingMessage, query: URLSearchParams): OwnAnswer {
    const snapshot = this.#gateway.metrics.snapshot();
    if (!wantsPrometheus(request, query)) return json(200, snapshot);
    return {
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: prometheusText(snapshot, this.#gateway.metrics),
    };
  }

  /** `?probe=live` asks only whether the process answers. */
  #health(query: URLSearchParams): OwnAnswer {
    const { metrics, draining, upstreams, demo } = this.#gateway;
    const judged = metrics.health();
    const health: Health = {
      status: draining ? 'draining' : judged.status,
      reasons: draining ? ['shutting down', ...judged.reasons] : judged.reasons,
      targets: upstreams.all.map(({ origin }) => origin),
      demo,
      version,
      uptime: metrics.uptimeSeconds,
    };
    const live = query.get('probe') === 'live';
    const serving = !draining && judged.status !== 'unhealthy';
    return json(live || serving ? 200 : 503, health);
  }
}

/** Only where text is asked for by name and JSON is not liked as much: HTTP libraries name both. */
function wantsPrometheus(request: IncomingMessage, query: URLSearchParams): boolean {
  const format = query.get('format');
  if (format !== null) return format === 'prometheus';
  const accept = request.headers.accept ?? '';
  return weightOf(accept, textTypes) > weightOf(accept, jsonTypes);
}

const textTypes = new Set(['text/plain', 'application/openmetrics-text']);
const jsonTypes = new Set(['application/json']);

/** The highest weight of any of the types, 0 when none is named (RFC 9110 section 12.5.1). */
function weightOf(accept: string, types: ReadonlySet<string>): number {
  let highest = 0;
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    if (!types.has(type)) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    highest = Math.max(highest, weight === undefined ? 1 : Number(weight.slice(2)) || 0);
  }
  return highest;
}
