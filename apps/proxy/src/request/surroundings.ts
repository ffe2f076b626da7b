import type { TimerWheel } from '@spillway/core';
import type { ProxyConfig } from '../config/proxy-options.ts';
import type { ClientRequest } from '../http/client-request.ts';
import type { TrustedProxies } from '../http/trusted-proxies.ts';
import type { ProxyEvents } from '../observe/events.ts';
import type { Tracing } from '../observe/tracing/tracing.ts';
import type { SelfProtection } from '../service/admission/self-protection.ts';
import type { Route } from '../service/route.ts';
import type { Exchange } from './exchange.ts';
import type { HeldMemory } from './held-memory.ts';

/** What a request sees of the instance in which it is. */
export interface RequestSurroundings {
  /** Those of the proxy; a request's own are its route's. */
  readonly settings: ProxyConfig;
  readonly wheel: TimerWheel;
  readonly events: ProxyEvents;
  /** Null unless a collector is configured. */
  readonly tracing: Tracing | null;
  /** Our name in Via. */
  readonly pseudonym: string;
  readonly trustedProxies: TrustedProxies;
  readonly draining: boolean;
  /** Each connection closes with its next response: another process takes the ones that follow. */
  readonly leaving: boolean;
  readonly selfProtection: SelfProtection;
  readonly router: { find(request: ClientRequest): Route | null };
  /** Where requests are that no route takes. */
  readonly nowhere: Route;
  /** Request bodies held for another attempt. */
  readonly replayMemory: HeldMemory;
  /** Response bytes held for slow clients. */
  readonly responseMemory: HeldMemory;
  exchangeBegun(exchange: Exchange): void;
  /** Its outcome is set, and the response flushed or cut. */
  exchangeOver(exchange: Exchange): void;
}
