import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { type Outcome, outcomes } from '@spillway/contracts';
import { epochMsOf } from '../../system/system-time.ts';
import type { ProxyEvents } from '../events.ts';
import type { ObservedAttempt, ObservedRequest } from '../observed.ts';
import { dropTraceFields, fieldsGetter, fieldsSetter, incomingFields } from './carriers.ts';
import { attemptAttributes, requestAttributes, statusSent } from './span-attributes.ts';

/** The spans of one request that are open. */
interface RequestTrace {
  readonly span: Span;
  readonly context: Context;
  attempt: Span | null;
  /** Instant at which the last attempt had its first byte; 0 before. */
  answeredAt: number;
}

/** The proxy's. */
export interface Clock {
  now(): number;
}

const propagator = new W3CTraceContextPropagator();

/**
 * A span a request, and under it one for each wait in the queue, each attempt and the response. The times
 * are those that the log and the metrics have: instants of the proxy's clock, turned into the epoch's.
 */
export class RequestSpans {
  readonly #tracer: Tracer;
  readonly #clock: Clock;
  readonly #traces = new WeakMap<ObservedRequest, RequestTrace>();

  constructor(tracer: Tracer, clock: Clock) {
    this.#tracer = tracer;
    this.#clock = clock;
  }

  listen(events: ProxyEvents): void {
    events.on('request_started', (request) => this.#begin(request));
    events.on('queue_left', (request, enteredAt, permit) => {
      this.#queued(request, enteredAt, permit);
    });
    events.on('attempt_started', (request, attempt) => this.#beginAttempt(request, attempt));
    events.on('attempt_ended', (request, attempt) => this.#endAttempt(request, attempt));
    events.on('request_finished', (request) => this.#end(request));
  }

  inject(request: ObservedRequest, fields: string[]): void {
    const traced = this.#traces.get(request);
    if (!traced?.attempt) return;
    dropTraceFields(fields);
    propagator.inject(trace.setSpan(ROOT_CONTEXT, traced.attempt), fields, fieldsSetter);
  }

  traceIdOf(request: ObservedRequest): string | undefined {
    return this.#traces.get(request)?.span.spanContext().traceId;
  }

  #begin(request: ObservedRequest): void {
    const parent = propagator.extract(ROOT_CONTEXT, incomingFields(request), fieldsGetter);
    const span = this.#tracer.startSpan(
      request.method,
      {
        kind: SpanKind.SERVER,
        startTime: epochMsOf(request.receivedAt),
        attributes: requestAttributes(request),
      },
      parent,
    );
    const context = trace.setSpan(ROOT_CONTEXT, span);
    this.#traces.set(request, { span, context, attempt: null, answeredAt: 0 });
  }

  #queued(request: ObservedRequest, enteredAt: number, permit: string): void {
    const traced = this.#traces.get(request);
    if (traced === undefined) return;
    const attributes = { 'spillway.permit': permit };
    const span = this.#tracer.startSpan(
      'queue',
      { startTime: epochMsOf(enteredAt), attributes },
      traced.context,
    );
    span.end(epochMsOf(this.#clock.now()));
  }

  #beginAttempt(request: ObservedRequest, attempt: ObservedAttempt): void {
    const traced = this.#traces.get(request);
    if (traced === undefined) return;
    traced.attempt = this.#tracer.startSpan(
      `attempt ${request.attempts + 1}`,
      {
        kind: SpanKind.CLIENT,
        startTime: epochMsOf(attempt.startedAt),
        attributes: attemptAttributes(request, attempt),
      },
      traced.context,
    );
  }

  #endAttempt(request: ObservedRequest, attempt: ObservedAttempt): void {
    const traced = this.#traces.get(request);
    const span = traced?.attempt;
    if (!traced || !span) return;
    traced.attempt = null;
    traced.answeredAt = attempt.answeredAt;
    if (attempt.answeredAt > 0) {
      span.setAttribute('http.response.status_code', attempt.status);
      span.addEvent('first byte', epochMsOf(attempt.answeredAt));
    }
    conclude(span, attempt.outcome, request.detail);
    span.end(epochMsOf(this.#clock.now()));
  }

  #end(request: ObservedRequest): void {
    const traced = this.#traces.get(request);
    if (traced === undefined) return;
    const outcome = request.outcome as Outcome;
    const endedAt = epochMsOf(this.#clock.now());
    const { span, context, answeredAt } = traced;
    if (answeredAt > 0) {
      this.#tracer
        .startSpan('response', { startTime: epochMsOf(answeredAt) }, context)
        .setAttribute('http.response.body.size', request.bytesSent)
        .end(endedAt);
    }
    const status = statusSent(request);
    if (status !== null) span.setAttribute('http.response.status_code', status);
    span.setAttribute('spillway.attempts', request.attempts);
    conclude(span, outcome, request.detail);
    span.end(endedAt);
  }
}

function conclude(span: Span, outcome: Outcome, detail: string): void {
  span.setAttribute('spillway.outcome', outcome);
  if (outcomes[outcome].class !== 'failure') return;
  span.setAttribute('error.type', outcome);
  span.setStatus({ code: SpanStatusCode.ERROR, message: detail });
}
