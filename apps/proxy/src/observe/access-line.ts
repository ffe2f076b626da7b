import { outcomes } from '@spillway/contracts';
import type { Exchange } from '../request/exchange.ts';
import { isoTime } from './iso-time.ts';

/** pino's numbers for the levels that an access line has. */
const levels = { info: 30, warn: 40 } as const;

export type AccessLevel = keyof typeof levels;

/** A failure is a warning. */
export function accessLevelOf({ outcome }: Exchange): AccessLevel {
  return outcome !== null && outcomes[outcome].class === 'failure' ? 'warn' : 'info';
}

/**
 * A request's line of the log, as pino would write it, newline included. Put together by hand, as every request pays
 * for it: only what a client, or an error, may have put there is looked at for what JSON has to escape.
 */
export function accessLine(exchange: Exchange, level: AccessLevel): string {
  const { instance, method, status, outcome, detail, upstream } = exchange;
  const { connectMs, firstByteMs, bodyMs } = exchange;
  const client = exchange.client.remoteAddress;
  const traceId = instance.tracing?.traceIdOf(exchange);
  const url = escapeJson(exchange.client.target);
  const totalMs = instance.wheel.now() - exchange.receivedAt;
  // biome-ignore format: a field a line
  return (
    `{"level":${levels[level]},"time":"${isoTime(Date.now())}","id":"${exchange.id}"` +
    (traceId === undefined ? '' : `,"trace_id":"${traceId}"`) +
    (client === undefined ? '' : `,"client":"${client}"`) +
    `,"method":"${method}","url":"${url}","status":${status},"outcome":"${outcome}"` +
    (detail === '' ? '' : `,"detail":"${escapeJson(detail)}"`) +
    (instance.services.length > 1 ? placeOf(exchange) : '') +
    (upstream === '' ? '' : `,"upstream":"${upstream}"`) +
    `,"attempts":${exchange.attempts},"queue_ms":${round(exchange.queueWaitMs)}` +
    (connectMs < 0 ? '' : `,"connect_ms":${round(connectMs)}`) +
    (firstByteMs < 0 ? '' : `,"first_byte_ms":${round(firstByteMs)}`) +
    (bodyMs < 0 ? '' : `,"body_ms":${round(bodyMs)}`) +
    `,"total_ms":${round(totalMs)},"bytes_in":${exchange.bytesReceived}` +
    `,"bytes_out":${exchange.bytesSent},"msg":"${method} ${url} ${status} ${outcome}"}\n`
  );
}

/** Which service and route, where there are several services; neither for what no route took. */
function placeOf({ service, route }: Exchange): string {
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
