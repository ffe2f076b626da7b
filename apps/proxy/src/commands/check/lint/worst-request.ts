import type { ProxyConfig } from '../../../config/proxy-options.ts';

const longestBackoffMs = 30_000;

/** Queue wait, then every attempt to its limits with the longest backoff between them. */
export function worstRequestMs(config: ProxyConfig): number {
  const attempts = config.maxRetries + 1;
  const attemptMs = config.connectTimeoutMs + config.firstByteTimeoutMs;
  return config.queueTimeoutMs + attempts * attemptMs + worstBackoffMs(config);
}

function worstBackoffMs({ maxRetries, retryBackoffFactor }: ProxyConfig): number {
  let total = 0;
  for (let retry = 1; retry <= maxRetries; retry += 1) {
    total += Math.min(retryBackoffFactor * 1_000 * 2 ** (retry - 1), longestBackoffMs);
  }
  return Math.round(total);
}
