import type { ProxyConfig } from './proxy-options.ts';

/** Requests that may ever be at the upstream at once: what is set, or the most that auto goes up to. */
export const highestLimit = ({
  maxConcurrentRequests: set,
  autoMax,
}: Pick<ProxyConfig, 'maxConcurrentRequests' | 'autoMax'>): number =>
  set === 'auto' ? autoMax : set;
