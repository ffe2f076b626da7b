import type { Attempt } from '../request/attempt.ts';
import type { Exchange } from '../request/exchange.ts';

/**
 * How long the upstream is thought to go on with what was cut, ms: many do, and a permit given back at once
 * lets the next request flood it. 0 when it is done, has begun to answer (it notices), or stops when cut.
 */
export function holdMs({ gateway, interrupted }: Exchange, attempt: Attempt): number {
  const { abandoned, readTimeoutMs } = gateway.config;
  if (abandoned === 'release' || interrupted === null) return 0;
  if (!attempt.written || attempt.answeredAt > 0) return 0;
  const elapsedMs = gateway.wheel.now() - attempt.startedAt;
  return Math.min(readTimeoutMs, attempt.upstream.serviceTime.residualMs(elapsedMs));
}
