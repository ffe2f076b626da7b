import type { Outcome } from '@spillway/contracts';
import type { ShortageKind } from '@spillway/diagnosis';
import type { ClientRequest } from '../http/client-request.ts';
import type { LatencyWindow } from './latency-window.ts';
import type { OutcomeCounts } from './outcome-counts.ts';
import type { Traffic } from './traffic.ts';

/** What those who count, log and trace see of a service, a target, a request and an attempt: records, no actors. */

export interface ObservedService {
  readonly name: string;
  readonly traffic: Traffic;
  readonly permits: { readonly queued: number };
}

export interface ObservedTarget {
  /** What it is called everywhere. */
  readonly origin: string;
  readonly scheme: string;
  /** Host and port. */
  readonly authority: string;
  /** Attempts at it that ended. */
  readonly attempts: OutcomeCounts;
  readonly serviceTime: LatencyWindow;
}

/** The addresses of a name. */
export interface ObservedName {
  readonly hostname: string;
  readonly current: readonly ObservedAddress[];
}

export interface ObservedAddress {
  readonly address: string;
}

export interface ObservedRequest {
  readonly id: string;
  readonly method: string;
  readonly client: ClientRequest & { readonly statusSent: number };
  readonly service: ObservedService;
  readonly route: { readonly rule: { readonly where: string } };
  /** Instant in ms of the proxy's clock. */
  readonly receivedAt: number;
  /** Likewise; Infinity without one. */
  readonly deadline: number;
  /** Attempts that ended or run. */
  readonly attempts: number;
  /** Origin of the last target; empty: it got none. */
  readonly upstream: string;
  readonly status: number;
  /** Null while it is under way. */
  readonly outcome: Outcome | null;
  readonly detail: string;
  readonly interrupted: Outcome | null;
  readonly queueWaitMs: number;
  /** -1: did not happen. */
  readonly connectMs: number;
  readonly firstByteMs: number;
  readonly bodyMs: number;
  readonly bytesReceived: number;
  readonly bytesSent: number;
}

export interface ObservedAttempt {
  readonly upstream: ObservedTarget;
  /** Instants in ms of the proxy's clock; 0: did not happen. */
  readonly startedAt: number;
  readonly answeredAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** Of the response; 0 when none came. */
  readonly status: number;
  /** What this process was out of. */
  readonly shortage: ShortageKind | null;
}
