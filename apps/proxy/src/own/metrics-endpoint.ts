import type { MetricsSnapshot } from '@spillway/contracts';
import type { Instance } from '../instance/instance.ts';
import { weightOf } from './accept.ts';
import { type Endpoint, json, type OwnRequest } from './endpoint.ts';
import type { MetricsSource } from './exposition/family.ts';
import {
  expositionText,
  openMetricsFormat,
  prometheusFormat,
  type TextFormat,
} from './exposition/text-format.ts';

/** JSON, or the text of Prometheus or OpenMetrics for those who ask for it. */
export const metricsEndpoint: Endpoint = (request) => {
  const { instance } = request;
  const snapshot = instance.metrics.snapshot();
  const format = wantedFormat(request);
  if (format === null) return json(200, snapshot);
  return {
    status: 200,
    type: format.contentType,
    body: expositionText(sourcesOf(instance, snapshot), format),
  };
};

function sourcesOf({ services }: Instance, snapshot: MetricsSnapshot): MetricsSource[] {
  return services.map((service) => ({
    snapshot: { ...snapshot, ...snapshot.services?.[service.name] },
    service,
  }));
}

const formatsByName: Readonly<Record<string, TextFormat>> = {
  prometheus: prometheusFormat,
  openmetrics: openMetricsFormat,
};

/** Null: JSON. Text only where it is asked for by name and JSON not liked as much: HTTP libraries name both. */
function wantedFormat({ client, query }: OwnRequest): TextFormat | null {
  const named = query.get('format');
  if (named !== null) {
    return Object.hasOwn(formatsByName, named) ? (formatsByName[named] as TextFormat) : null;
  }
  const accept = client.field('accept') ?? '';
  const json = weightOf(accept, jsonTypes);
  const text = weightOf(accept, textTypes);
  const openMetrics = weightOf(accept, openMetricsTypes);
  if (Math.max(text, openMetrics) <= json) return null;
  return openMetrics >= text ? openMetricsFormat : prometheusFormat;
}

const jsonTypes = new Set(['application/json']);
const textTypes = new Set(['text/plain']);
const openMetricsTypes = new Set(['application/openmetrics-text']);
