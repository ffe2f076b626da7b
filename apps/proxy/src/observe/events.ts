import { EventEmitter } from 'node:events';
import type { Outcome } from '@spillway/contracts';
import type { EjectionReason, HealthChange } from '@spillway/core';
import type { OptionProblem } from '@spillway/options';
import type { ConfigurationChange } from '../config/diff-configurations.ts';
import type { ControlAction } from '../instance/service-control.ts';
import type { AttemptRecord } from '../request/attempt-record.ts';
import type { Exchange } from '../request/exchange.ts';
import type { Service } from '../service/service.ts';
import type { Address } from '../service/upstream/address-order.ts';
import type { Addresses } from '../service/upstream/addresses.ts';
import type { Upstream } from '../service/upstream/upstream.ts';

/** All that happens, for whoever counts, logs or tests. */
export interface ProxyEventMap {
  request_started: [exchange: Exchange];
  /** Once for each started request, with its outcome set and the answer flushed or cut. */
  request_finished: [exchange: Exchange];
  /** Bytes on a client's connection that never became a request; answered with this status. */
  request_unreadable: [status: number, reason: string, clientAddress: string];
  /** A wait in the queue is over: with a permit, or with the reason why there is none. */
  queue_left: [exchange: Exchange, enteredAt: number, permit: string];
  attempt_started: [exchange: Exchange, attempt: AttemptRecord];
  /** The upstream is done with, or given up: the permit is given back with it. */
  attempt_ended: [exchange: Exchange, attempt: AttemptRecord];
  /** An attempt failed and another one follows after `delayMs`. */
  attempt_failed: [exchange: Exchange, outcome: Outcome, delayMs: number];
  /** A mistake of ours: to be logged with its stack and mended. */
  internal_error: [exchange: Exchange, error: unknown];
  /** A connection of a client could not be accepted. */
  accept_failed: [error: Error];
  /** Spans did not reach the collector; told at most once a minute. */
  tracing_failed: [reason: string];
  /** The process was suspended or its event loop blocked: for so long, no time limit went on. */
  stood_still: [lostMs: number];
  /** The name of a target has other addresses than `before`. */
  addresses_changed: [addresses: Addresses, before: readonly Address[]];
  /** The last good addresses stay in use; told once until a lookup succeeds again. */
  address_refresh_failed: [addresses: Addresses, error: Error];
  /** Another configuration is in force; `restart`: flags of which the new value waits for a restart. */
  reloaded: [
    generation: number,
    changes: readonly ConfigurationChange[],
    restart: readonly string[],
  ];
  /** The old configuration stays in force. */
  reload_refused: [problems: readonly OptionProblem[]];
  /** The last good records stay in use; told once until a lookup succeeds again. */
  srv_lookup_failed: [name: string, error: Error];
  /** Targets came or went while the proxy runs. */
  targets_changed: [service: string, came: readonly Upstream[], went: readonly Upstream[]];
  /** Somebody paused, resumed, drained or put back a service, or one of its targets. */
  service_controlled: [service: Service, action: ControlAction, target: Upstream | null];
  breaker_changed: [upstream: Upstream, from: string, to: string, why: string];
  /** By its health checks; `why`: what the one that brought the change found. */
  target_health_changed: [upstream: Upstream, change: HealthChange, why: string];
  /** It fails while its peers do not. */
  target_ejected: [upstream: Upstream, reason: EjectionReason, forMs: number];
  target_readmitted: [upstream: Upstream];
}

export class ProxyEvents extends EventEmitter<ProxyEventMap> {}
