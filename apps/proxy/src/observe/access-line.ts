import { outcomes } from '@spillway/contracts';
import type { ObservedRequest } from './observed.ts';
import type { Tracing } from './tracing/tracing.ts';

/** pino's numbers for the levels that an access line has. */
const levels = { info: 30, warn: 40 } as const;

export type AccessLevel = keyof typeof levels;

/** The proxy in which the requests were. */
export interface AccessLineSource {
  readonly services: { readonly length: number };
  readonly tracing: Tracing | null;
  readonly wheel: { now(): number };
}

/** A failure is a warning. */
export function accessLevelOf({ outcome }: ObservedRequest): AccessLevel {
  return outcome !== null && outcomes[outcome].class === 'failure' ? 'warn' : 'info';
}

/**
 * A request's line of the log, as pino would write it, newline included. Put together by hand, as every request pays
 * for it: only what a client, or an error, may have put there is looked at for what JSON has to escape.
 */
export function accessLine(
  request: ObservedRequest,
  level: AccessLevel,
  { services, tracing, wheel }: AccessLineSource,
): string {
  const { method, status, outcome, detail, upstream } = request;
  const { connectMs, firstByteMs, bodyMs } = request;
  const client = request.client.remoteAddress;
  const traceId = tracing?.traceIdOf(request);
  const url = escapeJson(request.client.target);
  const totalMs = wheel.now() - request.receivedAt;
  // biome-ignore format: a field a line
  return (
    `{"level":${levels[level]},"time":"${isoTime(Date.now())}","id":"${request.id}"` +
    (traceId === undefined ? '' : `,"trace_id":"${traceId}"`) +
    (client === undefined ? '' : `,"client":"${client}"`) +
    `,"method":"${method}","url":"${url}","status":${status},"outcome":"${outcome}"` +
    (detail === '' ? '' : `,"detail":"${escapeJson(detail)}"`) +
    (services.length > 1 ? placeOf(request) : '') +
    (upstream === '' ? '' : `,"upstream":"${upstream}"`) +
    `,"attempts":${request.attempts},"queue_ms":${round(request.queueWaitMs)}` +
    (connectMs < 0 ? '' : `,"connect_ms":${round(connectMs)}`) +
    (firstByteMs < 0 ? '' : `,"first_byte_ms":${round(firstByteMs)}`) +
    (bodyMs < 0 ? '' : `,"body_ms":${round(bodyMs)}`) +
    `,"total_ms":${round(totalMs)},"bytes_in":${request.bytesReceived}` +
    `,"bytes_out":${request.bytesSent},"msg":"${method} ${url} ${status} ${outcome}"}\n`
  );
}

/** Which service and route, where there are several services; neither for what no route took. */
function placeOf({ service, route }: ObservedRequest): string {
  const { where } = route.rule;
  return (
    (service.name === '' ? '' : `,"service":"${service.name}"`) +
    (where === '' ? '' : `,"route":"${escapeJson(where)}"`)
  );
}

const round = (ms: number): number => Math.round(ms * 10) / 10;

/** RFC 8259 section 7, and halves of surrogate pairs, which UTF-8 has no bytes for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what has to be escaped
const toEscape = /["\\\u0000-\u001f\ud800-\udfff]/;

/** What stands between the quotes. */
const escapeJson = (text: string): string =>
  toEscape.test(text) ? JSON.stringify(text).slice(1, -1) : text;

let lastMs = Number.NaN;
let lastText = '';

/** As `toISOString`, which lines of the same millisecond share. */
function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastText = new Date(ms).toISOString();
  }
  return lastText;
}
