import type { Socket } from 'node:net';

// The private parts of autocannon 9.0.0, pinned, and of its parser.

/** What the client takes for a request that has its answer. */
export interface FinishedRequest {
  readonly req: null;
  readonly headers: { statusCode: number; readonly headers: readonly string[] };
  bytes: number;
  duration: number;
  readonly body: string;
}

export interface AnswerHead {
  readonly statusCode: number;
  readonly versionMinor: number;
  /** Names and values by turns. */
  readonly headers: readonly string[];
  readonly shouldKeepAlive: boolean;
}

/** http-parser-js 0.5. */
interface PrivateParser {
  [callback: number]: ((...args: unknown[]) => unknown) | undefined;
  readonly constructor: {
    readonly RESPONSE: string;
    /** Bytes; each message begins with it. */
    maxHeaderSize: number;
    readonly kOnHeadersComplete: number;
    readonly kOnBody: number;
    readonly kOnMessageComplete: number;
  };
  readonly hadError: boolean;
  /** The values of Connection. */
  readonly connection: string;
  /** Where it reads in the present chunk, and that chunk's end. */
  offset: number;
  readonly end: number;
  execute(chunk: Buffer): unknown;
  finish(): unknown;
  reinitialize(type: string): void;
}

/** The queue of a client's requests. */
export interface PipelinedRequests {
  insertRequest(): void;
  terminateRequest(): FinishedRequest;
  addByteCount(): void;
  clear(): void;
}

/** What is used of lib/httpClient.js. */
export interface PrivateClient {
  conn: Socket | undefined;
  readonly parser: PrivateParser;
  readonly requestIterator: {
    readonly currentRequest: { requestBuffer: Buffer };
    nextRequest(): void;
  };
  pipelinedRequests: PipelinedRequests;
  timeout: number;
  /** retimer 3.0. */
  readonly timeoutTicker: { _schedule(ms: number): void };
  readonly destroyed: boolean;
  _connect(): void;
  _doRequest(): void;
  _destroyConnection(): void;
  destroy(): void;
  on(event: 'connError', listener: (error: Error) => void): unknown;
  on(event: 'done', listener: () => void): unknown;
}
