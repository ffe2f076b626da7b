import type { ServerSessionOptions } from 'node:http2';
import type { RequestHandler } from '../request-handler.ts';
import type { AllowanceLimits } from './allowance.ts';
import type { Http2Connection } from './http2-connection.ts';

/** What connections of one listener have alike. */
export interface Http2Context {
  readonly handler: RequestHandler;
  readonly connections: Set<Http2Connection>;
  /** All connections are about to end. */
  retiring(): boolean;
  onClosed(connection: Http2Connection): void;
  readonly sessionOptions: ServerSessionOptions;
  /** Of one connection; then it ends. */
  readonly maxRequests: number;
  readonly idleTimeoutMs: number;
  /** For a connection without streams that was told to close. */
  readonly closeTimeoutMs: number;
  readonly limits: {
    readonly resets: AllowanceLimits;
    readonly pings: AllowanceLimits;
    readonly settings: AllowanceLimits;
  };
}
