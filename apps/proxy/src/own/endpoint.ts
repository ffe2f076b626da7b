import type { Client } from '../front/client.ts';
import type { Instance } from '../instance/instance.ts';

/** What an endpoint is asked. */
export interface OwnRequest {
  readonly instance: Instance;
  /** What follows the endpoint's name and a slash, as sent; '' when nothing does. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly client: Client;
  /** Whoever asks has shown the token, or there is none; only health is asked without. */
  readonly trusted: boolean;
}

export interface OwnAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  /** Fields beside the ones that every answer here has. */
  readonly fields?: Readonly<Record<string, string | string[]>>;
}

/** One of the proxy's own pages. Null: there is nothing by that name. */
export type Endpoint = (request: OwnRequest) => OwnAnswer | null | Promise<OwnAnswer>;

export const json = (status: number, value: unknown): OwnAnswer => ({
  status,
  type: 'application/json',
  body: `${JSON.stringify(value, null, 2)}\n`,
});
