import type { Socket } from 'node:net';

/** What a pool wants to hear of its connections. */
export interface ConnectionOwner {
  onDisconnect(connection: Connection): void;
}

/** Where the content of a request comes from, for one connection at a time. */
export interface BodySource {
  /** Asks for the next part, or the end, which may be told before the call returns; one pull at a time. */
  pull(sink: BodySink): void;
  /** Whoever has pulled is to hear no more. */
  leave(sink: BodySink): void;
}

/** Hears once for each pull. */
export interface BodySink {
  /** The memory is the source's: what outlives the call has to be copied. */
  onBodyPart(bytes: Buffer): void;
  /** `trailers`: whole lines, for behind the last chunk. */
  onBodyEnd(trailers: string): void;
  onBodyFailed(error: Error): void;
}

/** A request as a connection is to send it. */
export interface OutgoingRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly path: string;
  /** Names and values in turn, Host first. */
  readonly headers: readonly string[];
  /** All of it, or where it comes from. */
  readonly body: Buffer | BodySource | null;
  /** The protocol to switch to, or null. */
  readonly upgrade: string | null;
}

/** Controls the exchange under way; what comes after its end changes nothing. */
export interface ResponseController {
  /** Of the head last told of: names and values in turn, a character for each byte. */
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[];
  pause(): void;
  resume(): void;
  /** The handler hears this reason as an error, before the call returns. */
  abort(reason: Error): void;
}

/** Hears of one request on a connection, in this order, up to one of the three ends. */
export interface ResponseHandler {
  /** It is about to be written. */
  onRequestStart(controller: ResponseController): void;
  /** A part of its body has been written. */
  onBodySent?(): void;
  onRequestSent?(): void;
  /** A 100 Continue came, which nobody had asked for. */
  onContinue?(): void;
  /** A head came: final, or another interim one. */
  onResponseStart(controller: ResponseController, status: number, reason: string): void;
  /** The memory is the connection's: what outlives the call has to be copied. */
  onResponseData(controller: ResponseController, chunk: Buffer): void;
  onResponseEnd(controller: ResponseController): void;
  onResponseError(controller: ResponseController | null, error: Error): void;
  /** The connection is the handler's from now on; only for a request that asked for it. */
  onRequestUpgrade?(controller: ResponseController, status: number, socket: Socket): void;
}

/** One connection to an upstream, which carries one request at a time. It is opened for the first one. */
export interface Connection {
  /** Where it leads; empty before it stands. */
  readonly address: string;
  readonly openedAt: number;
  /** Older than this it carries no further request. */
  maxAgeMs: number;
  /** Duration in ms of the connect that the running request waited for; 0 on a warm connection. */
  readonly connectMs: number;
  readonly connecting: boolean;
  /** Something in HTTP has come in response to the latest request. */
  readonly answered: boolean;
  /** Ended or reset by the upstream, instead of by us with the error that the request was told. */
  endedByUpstream(told: Error): boolean;
  dispatch(request: OutgoingRequest, handler: ResponseHandler): void;
  /** Closes once the running request, if any, is over. */
  close(): void;
  /** Closes now; a running request hears an error once the caller is done. */
  destroy(reason: Error): void;
}
