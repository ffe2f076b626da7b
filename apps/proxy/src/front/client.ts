import type { Duplex } from 'node:stream';
import type { ClientRequest, FieldList } from '../http/client-request.ts';

/** How a client left: it ended its sending side first, closed the connection, or reset it. */
export type Departure = 'ended' | 'closed' | 'reset';

/** Hears what becomes of a client while its request is under way. One object a request, no closures. */
export interface ClientOwner {
  /** The outcome stands: a fault in what the client still sends changes nothing. */
  readonly settled: boolean;
  /** The whole response is with the kernel. Nothing follows, and never within `finish`. */
  onFlushed(): void;
  /** The connection is gone, or will never carry this response. Nothing follows. */
  onGone(how: Departure): void;
  /** `write` said no before; now it may go on. */
  onDrain(): void;
  /** The connection broke within the request's content. */
  onBodyBrokenOff(): void;
  /** What should be the request's content breaks its framing; `status` answers that. */
  onBodyMalformed(status: number, reason: string): void;
}

/** Hears of the request's content, once for each `pull`; perhaps before `pull` returns. */
export interface BodyReader {
  /** The memory is the engine's: what outlives the call has to be copied. */
  onBodyChunk(bytes: Buffer): void;
  /** `trailers` are complete now. */
  onBodyEnd(): void;
  onBodyError(error: Error): void;
}

/**
 * What a request sees of its client, whichever engine speaks with it: what it asks for, its content, and the way back.
 * An engine hands it to its RequestHandler once the head is read and checks what frames the message (RFC 9112
 * sections 6 and 7); what the proxy wants of a request beyond that is checked behind this port.
 *
 * The way back takes `interim` and `continue` any number of times, then `head` once, `write` any number of times, and
 * `finish` once; `destroy` and `cut` end it anywhere. An engine puts Date, what frames the content, and Connection into
 * the head, and keeps pipelined responses in order. Calls after the client has gone do nothing.
 */
export interface Client extends ClientRequest {
  /** From now on `owner` hears; at most one, once. */
  begin(owner: ClientOwner): void;
  /** The owner's request is over: it hears no more, and the connection may forget both. */
  over(): void;

  // The request's content

  /** Bytes of it, as declared; 0: there is none; null: only its end tells. */
  readonly contentLength: number | null;
  /** The client waits for `continue` before it sends content (RFC 9110 section 10.1.1). */
  readonly expectsContinue: boolean;
  /** All of it, when it is there already and nothing was pulled; else null, and nothing is taken. */
  takeBody(): Buffer | null;
  /** Asks for the next chunk; one pull at a time. What nobody pulls stays with the client (backpressure). */
  pull(reader: BodyReader): void;
  /** Nobody pulls any more, and a pull under way hears nothing: the rest is read, and dropped. */
  dropBody(): void;
  /** Those of a chunked request, once its content has ended. */
  readonly trailers: FieldList;

  // The response

  /** An interim response (1xx). HTTP/1.0 clients get none; nor does anybody behind the head. */
  interim(status: number, fields: FieldList): void;
  /** 100 Continue, unless the head is out. */
  continue(): void;
  /**
   * Kept back until `write`, `finish` or `flushHead`, so that it leaves in one write with what follows. Without a
   * `reason`, or with one that can't be sent, the status has its usual phrase; an empty one is sent as it is. `length`
   * is that of the content where the fields declare it, else null: then it goes in chunks, or to HTTP/1.0 clients until
   * the connection ends. Throws for fields that must not be on the wire; then only `cut` is left.
   */
  head(status: number, reason: string | null, fields: FieldList, length: number | null): void;
  /** Sends the head now, unless it is out. */
  flushHead(): void;
  /**
   * False: enough for now, and the owner hears `onDrain`. What is written all the same is kept. The memory is the
   * caller's again once the call returns: an engine copies what is not with the kernel by then.
   */
  write(bytes: Buffer): boolean;
  /** The last bytes, and trailers where content goes in chunks (left out where it doesn't). */
  finish(bytes?: Buffer | string | null, trailers?: FieldList | null): void;
  /** This response is the last of its connection, and its head says so; before `head`. */
  closeAfterwards(): void;
  /** Closes the connection so that nobody takes the response for whole: with a reset, where only its end would tell. */
  cut(): void;
  /** Closes the connection. */
  destroy(): void;

  // How far it is

  /** That `head` was called with, even if it threw; 0 before. */
  readonly statusSent: number;
  /** Bytes that the connection has taken: while it grows, the client reads. */
  readonly bytesWritten: number;
  /** It has ended its sending side and is served all the same (`--half-close answer`). */
  readonly halfClosed: boolean;

  // Another protocol

  /** The one to which a client wants to switch, and may (RFC 9110 section 7.8); null for all other requests. */
  readonly upgrade: string | null;
  /** What the client sent behind the head of its upgrade request. */
  readonly upgradeHead: Buffer;
  /** Answers 101 with these fields and hands over the connection; the engine has no more to do with it. */
  switchProtocols(fields: FieldList): Duplex;
}
