import { expect } from 'vitest';
import { RawClient } from '../raw-client.ts';
import { eventually } from '../waiting-line.ts';
import {
  codeOf,
  type Frame,
  flags,
  frame,
  nameOf,
  none,
  parseHead,
  preface,
  settingsPayload,
  uint32,
} from './frames.ts';
import { encodeFields, type Field, FieldDecoder } from './hpack.ts';

/** What has come on one stream. */
export interface StreamSeen {
  /** Heads of interim responses, of the final one, and trailers, in order. */
  readonly blocks: Field[][];
  content: Buffer;
  ended: boolean;
  /** The name of the code of RST_STREAM. */
  reset: string | null;
}

export interface Http2Response {
  readonly status: number;
  readonly fields: Field[];
  readonly content: string;
  readonly trailers: Field[];
}

const streamOf = (): StreamSeen => ({ blocks: [], content: none, ended: false, reset: null });

/** The pseudo-header fields of a plain GET, and what else the test wants. */
export const get = (path = '/', more: readonly Field[] = []): Field[] => [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', path],
  [':authority', 'a'],
  ...more,
];

export const post = (path = '/', more: readonly Field[] = []): Field[] => [
  [':method', 'POST'],
  ...get(path, more).slice(1),
];

/** A client of HTTP/2 in frames: no library stands between the test and the wire. */
export class Http2Wire {
  readonly raw: RawClient;
  /** Every frame that has come, in order. */
  readonly frames: Frame[] = [];
  readonly streams = new Map<number, StreamSeen>();
  /** The name of the code of GOAWAY, and the last stream that it leaves. */
  goaway: { readonly code: string; readonly lastStreamId: number } | null = null;
  /** False: PING of the proxy stays unanswered. */
  answersPings = true;
  readonly #decoder = new FieldDecoder();
  readonly #reading: Promise<void>;

  private constructor(raw: RawClient) {
    this.raw = raw;
    this.#reading = this.#read();
  }

  /** Connected, with nothing sent; destroyed when the test is over. */
  static async dial(port: number): Promise<Http2Wire> {
    return new Http2Wire(await RawClient.connect(port));
  }

  /** With preface and settings exchanged. */
  static async connect(
    port: number,
    settings: readonly (readonly [number, number])[] = [],
  ): Promise<Http2Wire> {
    const wire = await Http2Wire.dial(port);
    await wire.send(preface, frame('settings', 0, 0, settingsPayload(settings)));
    await wire.sees(() => wire.has('settings'), 'SETTINGS');
    await wire.send(frame('settings', flags.ack, 0));
    return wire;
  }

  send(...pieces: readonly (Buffer | string)[]): Promise<void> {
    return this.raw.send(
      Buffer.concat(
        pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)),
      ),
    );
  }

  /** HEADERS with END_HEADERS. */
  headers(streamId: number, fields: readonly Field[], end = true): Promise<void> {
    return this.send(headersFrame(streamId, fields, end));
  }

  data(streamId: number, content: string | Buffer, end = true): Promise<void> {
    return this.send(frame('data', end ? flags.endStream : 0, streamId, content));
  }

  has(type: Frame['type'], flagBits = 0): boolean {
    return this.frames.some((one) => one.type === type && (one.flags & flagBits) === flagBits);
  }

  stream(id: number): StreamSeen {
    const known = this.streams.get(id) ?? streamOf();
    this.streams.set(id, known);
    return known;
  }

  async sees(condition: () => boolean, what: string): Promise<void> {
    await eventually(() => {
      const seen = this.frames.map(({ type, streamId }) => `${type}/${streamId}`).join(' ');
      expect(condition(), `${what}; seen: ${seen}`).toBe(true);
    });
  }

  /** The whole response on a stream. */
  async response(id: number): Promise<Http2Response> {
    const stream = this.stream(id);
    await this.sees(() => stream.ended || stream.reset !== null || this.#failed, 'response');
    if (!stream.ended)
      throw new Error(`stream ${id}: ${stream.reset}, GOAWAY ${this.goaway?.code}`);
    return responseOf(stream);
  }

  /** The code with which the proxy reset a stream. */
  async reset(id: number): Promise<string> {
    const stream = this.stream(id);
    await this.sees(() => stream.reset !== null || this.goaway !== null, `reset of ${id}`);
    return stream.reset ?? `GOAWAY ${this.goaway?.code}`;
  }

  /** The code with which the proxy ended the connection, once it is closed. */
  async ended(): Promise<string> {
    await this.raw.reader.toEnd('the end of the connection');
    await this.#reading;
    return this.goaway?.code ?? 'no GOAWAY';
  }

  /** That the connection still carries requests: its answer to PING. */
  async alive(): Promise<void> {
    const mark = Buffer.from(`alive${String(this.frames.length).padStart(3, '0')}`);
    await this.send(frame('ping', 0, 0, mark));
    await this.sees(
      () => this.frames.some((one) => one.type === 'ping' && one.payload.equals(mark)),
      'PING',
    );
  }

  get #failed(): boolean {
    return this.goaway !== null && this.goaway.code !== 'NO_ERROR';
  }

  async #read(): Promise<void> {
    const { reader } = this.raw;
    const blocks = new Map<number, Buffer[]>();
    try {
      while (await reader.hasMore()) {
        const head = parseHead(await reader.exactly(9, 'the head of a frame'));
        const payload = Buffer.from(await reader.exactly(head.length, 'the payload of a frame'));
        this.#take({ ...head, payload }, blocks);
        this.frames.push({ ...head, payload });
      }
    } catch {
      // How it ended is the test's to judge.
    }
  }

  #take({ type, flags: bits, streamId, payload }: Frame, blocks: Map<number, Buffer[]>): void {
    switch (type) {
      case 'headers':
      case 'continuation': {
        const parts = [...(blocks.get(streamId) ?? []), payload];
        blocks.set(streamId, parts);
        if (type === 'headers' && bits & flags.endStream) this.stream(streamId).ended = false;
        if (bits & flags.endHeaders) {
          this.stream(streamId).blocks.push(this.#decoder.decode(Buffer.concat(parts)));
          blocks.delete(streamId);
        }
        if (type === 'headers' && bits & flags.endStream) this.stream(streamId).ended = true;
        return;
      }
      case 'data': {
        const stream = this.stream(streamId);
        stream.content = Buffer.concat([stream.content, payload]);
        if (bits & flags.endStream) stream.ended = true;
        return;
      }
      case 'reset':
        this.stream(streamId).reset = nameOf(payload.readUInt32BE(0));
        return;
      case 'goaway':
        this.goaway = {
          code: nameOf(payload.readUInt32BE(4)),
          lastStreamId: payload.readUInt32BE(0) & 0x7fffffff,
        };
        return;
      case 'ping':
        if (!(bits & flags.ack) && this.answersPings) {
          void this.send(frame('ping', flags.ack, 0, payload));
        }
    }
  }
}

export const headersFrame = (streamId: number, fields: readonly Field[], end = true): Buffer =>
  frame('headers', flags.endHeaders | (end ? flags.endStream : 0), streamId, encodeFields(fields));

export const resetFrame = (streamId: number, code = 'CANCEL'): Buffer =>
  frame('reset', 0, streamId, uint32(codeOf(code)));

export const windowUpdate = (streamId: number, bytes: number): Buffer =>
  frame('windowUpdate', 0, streamId, uint32(bytes));

function responseOf({ blocks, content }: StreamSeen): Http2Response {
  const final = blocks.findIndex((block) => statusOf(block) >= 200);
  const fields = blocks[final] ?? [];
  return {
    status: statusOf(fields),
    fields,
    content: content.toString('latin1'),
    trailers: blocks[final + 1] ?? [],
  };
}

export const statusOf = (block: readonly Field[]): number =>
  Number(block.find(([name]) => name === ':status')?.[1]);

export const valueIn = (fields: readonly Field[], name: string): string | undefined =>
  fields.find(([one]) => one === name)?.[1];
