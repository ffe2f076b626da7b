import type { TimerWheel } from '@spillway/core';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { Client } from './client.ts';

/** Who stands behind an engine: it gets the requests, and lends settings and clock. */
export interface RequestHandler {
  readonly settings: ProxyConfig;
  readonly wheel: TimerWheel;
  /** The head of a request was read. Does not throw: what becomes of the request, its client is told. */
  handle(client: Client): void;
  /** Bytes that never became a request were answered with this status. */
  unreadable(status: number, reason: string, clientAddress: string): void;
}
