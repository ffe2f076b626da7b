import { BrokenOff, type ByteReader } from './byte-reader.ts';

export type Field = readonly [name: string, value: string];

/** A message as it stood on the wire; text is Latin-1, so that every byte keeps its value. */
export interface RawMessage {
  readonly startLine: string;
  readonly fields: readonly Field[];
  readonly body: Buffer;
  readonly trailers: readonly Field[];
  /** What delimited the body. */
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** The sizes of the chunks that carried the body. */
  readonly chunks: readonly number[];
}

export interface RawRequest extends RawMessage {
  readonly method: string;
  readonly target: string;
}

export interface RawResponse extends RawMessage {
  readonly status: number;
  readonly reason: string;
  /** Interim answers (1xx) that came before it. */
  readonly interim: readonly RawHead[];
}

export interface RawHead {
  readonly startLine: string;
  readonly fields: readonly Field[];
}

/** The body ended before its framing said so. */
export class Truncated extends Error {
  readonly head: RawHead;
  readonly body: Buffer;
  readonly ending: BrokenOff['ending'];

  constructor(head: RawHead, body: Buffer, cause: BrokenOff) {
    super(`the body broke off after ${body.length} bytes: ${cause.message}`, { cause });
    this.name = 'Truncated';
    this.head = head;
    this.body = body;
    this.ending = cause.ending;
  }
}

/** Values of a field, in order. */
export const valuesOf = ({ fields }: Pick<RawMessage, 'fields'>, name: string): string[] =>
  fields.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value);

/** The value of a field that stands at most once. */
export function fieldOf(message: Pick<RawMessage, 'fields'>, name: string): string | undefined {
  const values = valuesOf(message, name);
  if (values.length > 1) throw new Error(`${values.length} fields ${name}: ${values.join(' | ')}`);
  return values[0];
}

/** What the proxy adds to Via of messages in HTTP/1.1. */
export const ourVia = /^1\.1 spillway-[0-9a-f]{8}$/;

export async function readRequest(reader: ByteReader): Promise<RawRequest> {
  const head = await readHead(reader, 'a request');
  const [method, target] = /^([^ ]+) ([^ ]+) HTTP\/1\.1$/.exec(head.startLine)?.slice(1) ?? [];
  if (method === undefined || target === undefined) {
    throw new Error(`no request line: ${JSON.stringify(head.startLine)}`);
  }
  return { ...head, ...(await readBody(reader, head, 'none')), method, target };
}

/** Strict: whatever RFC 9112 doesn't allow a server to send is an error here. */
export async function readResponse(reader: ByteReader, method: string): Promise<RawResponse> {
  const interim: RawHead[] = [];
  for (;;) {
    const head = await readHead(reader, `an answer to ${method}`);
    const line = /^HTTP\/1\.1 (\d{3}) ([\t\x20-\x7e\x80-\xff]*)$/.exec(head.startLine);
    if (line === null) throw new Error(`no status line: ${JSON.stringify(head.startLine)}`);
    const status = Number(line[1]);
    if (status < 200 && status !== 101) {
      interim.push(head);
      continue;
    }
    const bodyless = method === 'HEAD' || status === 101 || status === 204 || status === 304;
    const content = bodyless ? noContent : await readBody(reader, head, 'close');
    return { ...head, ...content, status, reason: line[2] as string, interim };
  }
}

type Content = Pick<RawMessage, 'body' | 'trailers' | 'framing' | 'chunks'>;

const noContent: Content = { body: Buffer.alloc(0), trailers: [], framing: 'none', chunks: [] };

async function readHead(reader: ByteReader, what: string): Promise<RawHead> {
  const text = (await reader.until('\r\n\r\n', what)).toString('latin1');
  const [startLine = '', ...lines] = text.split('\r\n');
  return { startLine, fields: lines.map(parseField) };
}

function parseField(line: string): Field {
  const match = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^\r\n\0]*?)[ \t]*$/.exec(line);
  if (match === null) throw new Error(`no field line: ${JSON.stringify(line)}`);
  return [match[1] as string, match[2] as string];
}

/** RFC 9112 section 6.3; `unframed` is what the absence of any framing means. */
async function readBody(
  reader: ByteReader,
  head: RawHead,
  unframed: 'none' | 'close',
): Promise<Content> {
  const coding = fieldOf(head, 'transfer-encoding');
  const length = fieldOf(head, 'content-length');
  if (coding !== undefined) {
    if (coding !== 'chunked') throw new Error(`Transfer-Encoding: ${coding}`);
    if (length !== undefined) throw new Error('Transfer-Encoding and Content-Length');
    return readChunks(reader, head);
  }
  if (length !== undefined) {
    if (!/^\d+$/.test(length)) throw new Error(`Content-Length: ${length}`);
    const body = await orTruncated(reader, head, [], () =>
      reader.exactly(Number(length), `${length} bytes of content`),
    );
    return { ...noContent, body, framing: 'length' };
  }
  if (unframed === 'none') return noContent;
  const body = await reader.toEnd('the end of the connection');
  if (reader.ending === 'reset') {
    throw new Truncated(head, body, new BrokenOff('reset', 'a clean end', body));
  }
  return { ...noContent, body, framing: 'close' };
}

async function readChunks(reader: ByteReader, head: RawHead): Promise<Content> {
  const parts: Buffer[] = [];
  return orTruncated(reader, head, parts, async () => {
    for (;;) {
      const size = (await reader.until('\r\n', 'a chunk size')).toString('latin1');
      if (!/^[\da-f]+$/i.test(size)) throw new Error(`chunk size ${JSON.stringify(size)}`);
      const length = Number.parseInt(size, 16);
      if (length === 0) break;
      parts.push(await reader.exactly(length, `a chunk of ${length} bytes`));
      const end = (await reader.exactly(2, 'the end of a chunk')).toString('latin1');
      if (end !== '\r\n') throw new Error(`a chunk ends with ${JSON.stringify(end)}`);
    }
    const trailers: Field[] = [];
    for (;;) {
      const line = (await reader.until('\r\n', 'a trailer or the end')).toString('latin1');
      if (line === '') break;
      trailers.push(parseField(line));
    }
    const chunks = parts.map(({ length }) => length);
    return { body: Buffer.concat(parts), trailers, framing: 'chunked', chunks };
  });
}

async function orTruncated<T>(
  reader: ByteReader,
  head: RawHead,
  parts: readonly Buffer[],
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BrokenOff)) throw error;
    throw new Truncated(head, Buffer.concat([...parts, reader.unread]), error);
  }
}
