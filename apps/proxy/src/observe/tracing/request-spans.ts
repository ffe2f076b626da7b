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
import type { AttemptRecord } from '../../request/attempt-record.ts';
import type { Exchange } from '../../request/exchange.ts';
import { epochMsOf } from '../../system/system-time.ts';
import type { ProxyEvents } from '../events.ts';
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

const propagator = new W3CTraceContextPropagator();

/**
 * A span a request, and under it one for each wait in the queue, each attempt and the response. The times
 * are those that the log and the metrics have: instants of the proxy's clock, turned into the epoch's.
 */
export class RequestSpans {
  readonly #tracer: Tracer;
  readonly #traces = new WeakMap<Exchange, RequestTrace>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  listen(events: ProxyEvents): void {
    events.on('request_started', (exchange) => this.#begin(exchange));
    events.on('queue_left', (exchange, enteredAt, permit) => {
      this.#queued(exchange, enteredAt, permit);
    });
    events.on('attempt_started', (exchange, attempt) => this.#beginAttempt(exchange, attempt));
    events.on('attempt_ended', (exchange, attempt) => this.#endAttempt(exchange, attempt));
    events.on('request_finished', (exchange) => this.#end(exchange));
  }

  inject(exchange: Exchange, fields: string[]): void {
    const traced = this.#traces.get(exchange);
    if (!traced?.attempt) return;
    dropTraceFields(fields);
    propagator.inject(trace.setSpan(ROOT_CONTEXT, traced.attempt), fields, fieldsSetter);
  }

  traceIdOf(exchange: Exchange): string | undefined {
    return this.#traces.get(exchange)?.span.spanContext().traceId;
  }

  #begin(exchange: Exchange): void {
    const parent = propagator.extract(ROOT_CONTEXT, incomingFields(exchange), fieldsGetter);
    const span = this.#tracer.startSpan(
      exchange.method,
      {
        kind: SpanKind.SERVER,
        startTime: epochMsOf(exchange.receivedAt),
        attributes: requestAttributes(exchange),
      },
      parent,
    );
    const context = trace.setSpan(ROOT_CONTEXT, span);
    this.#traces.set(exchange, { span, context, attempt: null, answeredAt: 0 });
  }

  #queued(exchange: Exchange, enteredAt: number, permit: string): void {
    const traced = this.#traces.get(exchange);
    if (traced === undefined) return;
    const attributes = { 'spillway.permit': permit };
    const span = this.#tracer.startSpan(
      'queue',
      { startTime: epochMsOf(enteredAt), attributes },
      traced.context,
    );
    span.end(epochMsOf(exchange.instance.wheel.now()));
  }

  #beginAttempt(exchange: Exchange, attempt: AttemptRecord): void {
    const traced = this.#traces.get(exchange);
    if (traced === undefined) return;
    traced.attempt = this.#tracer.startSpan(
      `attempt ${exchange.attempts + 1}`,
      {
        kind: SpanKind.CLIENT,
        startTime: epochMsOf(attempt.startedAt),
        attributes: attemptAttributes(exchange, attempt),
      },
      traced.context,
    );
  }

  #endAttempt(exchange: Exchange, attempt: AttemptRecord): void {
    const traced = this.#traces.get(exchange);
    const span = traced?.attempt;
    if (!traced || !span) return;
    traced.attempt = null;
    traced.answeredAt = attempt.answeredAt;
    if (attempt.answeredAt > 0) {
      span.setAttribute('http.response.status_code', attempt.status);
      span.addEvent('first byte', epochMsOf(attempt.answeredAt));
    }
    conclude(span, attempt.outcome, exchange.detail);
    span.end(epochMsOf(exchange.instance.wheel.now()));
  }

  #end(exchange: Exchange): void {
    const traced = this.#traces.get(exchange);
    if (traced === undefined) return;
    const outcome = exchange.outcome as Outcome;
    const endedAt = epochMsOf(exchange.instance.wheel.now());
    const { span, context, answeredAt } = traced;
    if (answeredAt > 0) {
      this.#tracer
        .startSpan('response', { startTime: epochMsOf(answeredAt) }, context)
        .setAttribute('http.response.body.size', exchange.bytesSent)
        .end(endedAt);
    }
    const status = statusSent(exchange);
    if (status !== null) span.setAttribute('http.response.status_code', status);
    span.setAttribute('spillway.attempts', exchange.attempts);
    conclude(span, outcome, exchange.detail);
    span.end(endedAt);
  }
}

function conclude(span: Span, outcome: Outcome, detail: string): void {
  span.setAttribute('spillway.outcome', outcome);
  if (outcomes[outcome].class !== 'failure') return;
  span.setAttribute('error.type', outcome);
  span.setStatus({ code: SpanStatusCode.ERROR, message: detail });
}
