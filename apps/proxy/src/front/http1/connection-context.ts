import type { StagedCloses } from '../node/staged-close.ts';
import type { RequestHandler } from '../request-handler.ts';
import type { Http1Connection } from './http1-connection.ts';

/** What connections of one listener have alike. */
export interface ConnectionContext {
  readonly handler: RequestHandler;
  readonly closes: StagedCloses;
  readonly connections: Set<Http1Connection>;
  readonly maxHeaderBytes: number;
  readonly headTimeoutMs: number;
  readonly idleTimeoutMs: number;
  readonly answersHalfClosed: boolean;
  /** Whole lines for the head of a response that is not the last of its connection. */
  readonly keepAliveLines: string;
}
