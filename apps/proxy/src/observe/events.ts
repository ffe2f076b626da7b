import { EventEmitter } from 'node:events';
import type { Outcome } from '@spillway/contracts';
import type { EjectionReason, HealthChange } from '@spillway/core';
import type { OptionProblem } from '@spillway/options';
import type { ConfigurationChange } from '../config/diff-configurations.ts';
import type {
  ObservedAddress,
  ObservedAttempt,
  ObservedName,
  ObservedRequest,
  ObservedService,
  ObservedTarget,
} from './observed.ts';

/** What an operator does to a service or a target. */
export type ControlAction = 'pause' | 'resume' | 'drain' | 'undrain';

/** All that happens, for whoever counts, logs or tests. */
export interface ProxyEventMap {
  request_started: [request: ObservedRequest];
  /** Once for each started request, with its outcome set and the answer flushed or cut. */
  request_finished: [request: ObservedRequest];
  /** Bytes on a client's connection that never became a request; answered with this status. */
  request_unreadable: [status: number, reason: string, clientAddress: string];
  /** A wait in the queue is over: with a permit, or with the reason why there is none. */
  queue_left: [request: ObservedRequest, enteredAt: number, permit: string];
  attempt_started: [request: ObservedRequest, attempt: ObservedAttempt];
  /** The upstream is done with, or given up: the permit is given back with it. */
  attempt_ended: [request: ObservedRequest, attempt: ObservedAttempt];
  /** An attempt failed and another one follows after `delayMs`. */
  attempt_failed: [request: ObservedRequest, outcome: Outcome, delayMs: number];
  /** A mistake of ours: to be logged with its stack and mended. */
  internal_error: [request: ObservedRequest, error: unknown];
  /** A connection of a client could not be accepted. */
  accept_failed: [error: Error];
  /** Spans did not reach the collector; told at most once a minute. */
  tracing_failed: [reason: string];
  /** The process was suspended or its event loop blocked: for so long, no time limit went on. */
  stood_still: [lostMs: number];
  /** The name of a target has other addresses than `before`. */
  addresses_changed: [name: ObservedName, before: readonly ObservedAddress[]];
  /** The last good addresses stay in use; told once until a lookup succeeds again. */
  address_refresh_failed: [name: ObservedName, error: Error];
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
  targets_changed: [
    service: string,
    came: readonly ObservedTarget[],
    went: readonly ObservedTarget[],
  ];
  /** Somebody paused, resumed, drained or put back a service, or one of its targets. */
  service_controlled: [
    service: ObservedService,
    action: ControlAction,
    target: ObservedTarget | null,
  ];
  breaker_changed: [upstream: ObservedTarget, from: string, to: string, why: string];
  /** By its health checks; `why`: what the one that brought the change found. */
  target_health_changed: [upstream: ObservedTarget, change: HealthChange, why: string];
  /** It fails while its peers do not. */
  target_ejected: [upstream: ObservedTarget, reason: EjectionReason, forMs: number];
  target_readmitted: [upstream: ObservedTarget];
}

export class ProxyEvents extends EventEmitter<ProxyEventMap> {}
