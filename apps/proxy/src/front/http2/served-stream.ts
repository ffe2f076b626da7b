import type { ServerHttp2Stream } from 'node:http2';
import type { Http2Client } from './http2-client.ts';
import type { Http2Connection } from './http2-connection.ts';

export const clientOf: unique symbol = Symbol('client');
export const connectionOf: unique symbol = Symbol('connection');

/** Its listeners are the same functions for every stream, and find here whom they serve. */
export type ServedStream = ServerHttp2Stream & {
  [connectionOf]?: Http2Connection;
  /** None where the stream was over before it became a request. */
  [clientOf]?: Http2Client;
};
