import type { IncomingHttpHeaders } from 'node:http';
import { type Endpoint, json } from './endpoint.ts';
import { prometheusText } from './prometheus-text.ts';

/** JSON, or Prometheus text for those who ask for it. */
export const metricsEndpoint: Endpoint = ({ gateway, rest, query, headers }) => {
  if (rest !== '') return null;
  const snapshot = gateway.metrics.snapshot();
  if (!wantsPrometheus(headers, query)) return json(200, snapshot);
  return {
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    body: prometheusText(snapshot, gateway.metrics),
  };
};

/** Only where text is asked for by name and JSON is not liked as much: HTTP libraries name both. */
function wantsPrometheus(headers: IncomingHttpHeaders, query: URLSearchParams): boolean {
  const format = query.get('format');
  if (format !== null) return format === 'prometheus';
  const accept = headers.accept ?? '';
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
