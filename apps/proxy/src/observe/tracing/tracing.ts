import type { ObservedRequest } from '../observed.ts';

/** Traces of requests; there is none unless a collector is configured, and nothing of it is loaded. */
export interface Tracing {
  /** Writes the running attempt's place in the trace into the fields for the upstream. */
  inject(request: ObservedRequest, fields: string[]): void;
  /** For the log, so that a line leads to its trace. */
  traceIdOf(request: ObservedRequest): string | undefined;
  /** Sends what is left, for at most a few seconds. */
  close(): Promise<void>;
}
