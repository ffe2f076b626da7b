import type { RequestBody } from './request-body.ts';

/** What goes to the upstream, the same for every attempt. */
export interface UpstreamRequest {
  readonly path: string;
  /** Null: the upstream's own authority. */
  readonly host: string | null;
  readonly fields: string[];
  readonly body: RequestBody | null;
  /** The protocol to switch to, or null. */
  readonly upgrade: string | null;
}
