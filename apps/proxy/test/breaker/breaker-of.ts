import type { Breaker } from '@spillway/core';
import { expect } from 'vitest';
import type { Upstream } from '../../src/service/upstream/upstream.ts';
import type { TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

/** Three failures open it, for longer than any test runs. */
export const openForLong = {
  '--circuit-breaker-threshold': 3,
  '--circuit-breaker-timeout': '1h',
  '--max-retries': 0,
};

/** Three failures open it, for a moment. */
export const openBriefly = { ...openForLong, '--circuit-breaker-timeout': '100ms' };

/** The breaker of the only target, or of the n-th. */
export const breakerOf = ({ service }: TestGateway, target = 0): Breaker =>
  (service.upstreams.all[target] as Upstream).breaker;

/** Until the breaker would let a probe through. */
export const untilProbing = (proxy: TestGateway): Promise<void> =>
  eventually(() => expect(breakerOf(proxy).allows(), 'a probe may go').toBe(true));
