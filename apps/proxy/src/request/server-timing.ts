import type { Client } from '../front/client.ts';
import type { Exchange } from './exchange.ts';

/**
 * The value of Server-Timing (W3C): milliseconds in the queue, connecting, and until the upstream's first
 * byte; null when it is not wanted.
 */
export function serverTiming(exchange: Exchange): string | null {
  const { serverTiming: wanted } = exchange.settings;
  if (wanted === 'off' || (wanted === 'asked' && !asksForTiming(exchange.client))) {
    return null;
  }
  const { queueWaitMs, connectMs, firstByteMs, receivedAt, instance } = exchange;
  const parts = [`queue;dur=${ms(queueWaitMs)}`];
  if (connectMs >= 0) parts.push(`connect;dur=${ms(connectMs)}`);
  if (firstByteMs >= 0) parts.push(`upstream;dur=${ms(firstByteMs)}`);
  if (exchange.attempts > 1) parts.push(`attempts;desc="${exchange.attempts}"`);
  parts.push(`proxy;dur=${ms(instance.wheel.now() - receivedAt)}`);
  return parts.join(', ');
}

/** `Prefer: server-timing` (RFC 7240), alone or among others. */
const asksForTiming = (client: Client): boolean =>
  /(^|,)\s*server-timing\s*(?=$|[,;])/i.test(client.field('prefer') ?? '');

const ms = (value: number): string => String(Math.round(value * 10) / 10);
