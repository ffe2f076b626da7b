import type { IncomingHttpHeaders } from 'node:http';
import { weightOf } from './accept.ts';
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
