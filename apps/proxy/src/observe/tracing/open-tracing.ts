import { DiagLogLevel, diag } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import { version } from '../../system/version.ts';
import type { ProxyEvents } from '../events.ts';
import { complaintText } from './complaint-text.ts';
import { type Clock, RequestSpans } from './request-spans.ts';
import type { Tracing } from './tracing.ts';

/** A collector that is down says so once in this time, not with every batch. */
const complaintIntervalMs = 60_000;
const flushTimeoutMs = 3000;

/** Whose requests are traced. */
interface TracedProxy {
  readonly events: ProxyEvents;
  readonly settings: Pick<ProxyConfig, 'otlpSample'>;
  readonly wheel: Clock;
}

/**
 * Sends a trace of each sampled request to `endpoint` (OTLP over HTTP). Whoever comes with a traceparent
 * has decided on sampling; the rest is drawn by `--otlp-sample`. A full buffer drops spans, never requests.
 */
export function openTracing({ events, settings, wheel }: TracedProxy, endpoint: string): Tracing {
  complainTo(events);
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ 'service.name': serviceName(), 'service.version': version }),
    ),
    sampler: new ParentBasedSampler({
      root: new TraceIdRatioBasedSampler(settings.otlpSample),
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }),
        scheduledDelayMillis: 1000,
      }),
    ],
  });
  const spans = new RequestSpans(provider.getTracer('spillway', version), wheel);
  spans.listen(events);
  return {
    inject: (request, fields) => spans.inject(request, fields),
    traceIdOf: (request) => spans.traceIdOf(request),
    close: async () => {
      // A collector that is gone must not hold up the end.
      await Promise.race([provider.shutdown().catch(() => {}), patience()]);
    },
  };
}

/** OpenTelemetry's own variable wins, as its users expect. */
const serviceName = (): string => process.env.OTEL_SERVICE_NAME ?? 'spillway';

function complainTo(events: ProxyEvents): void {
  let complainedAt = Number.NEGATIVE_INFINITY;
  const complain = (...parts: unknown[]) => {
    if (performance.now() - complainedAt < complaintIntervalMs) return;
    complainedAt = performance.now();
    events.emit('tracing_failed', complaintText(...parts));
  };
  const ignore = () => {};
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  // Its own handler would turn the error into JSON, with the stack and the collector's whole answer.
  setGlobalErrorHandler(complain);
}

const patience = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, flushTimeoutMs).unref();
  });
