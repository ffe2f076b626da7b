import { expect, test } from 'vitest';
import { Llhttp, type ParserEvents } from './llhttp.ts';

/** Parses a piece after the other and notes what is told, in the order in which it is. */
class Recorder implements ParserEvents {
  readonly events: string[] = [];
  readonly llhttp = new Llhttp('response', this);
  #piece = '';

  parse(piece: string): number {
    this.#piece = piece;
    return this.llhttp.execute(Buffer.from(piece, 'latin1'), 0, piece.length);
  }

  onTarget = () => {};
  onStatus = (from: number, to: number) => this.#note('status', from, to);
  onFieldName = (from: number, to: number) => this.#note('name', from, to);
  onFieldValue = (from: number, to: number) => this.#note('value', from, to);
  onBody = (from: number, to: number) => this.#note('body', from, to);
  onHead = (status: number, upgrade: boolean, keepAlive: boolean) =>
    void this.events.push(`head ${status}${upgrade ? ' upgrade' : ''}${keepAlive ? ' keep' : ''}`);
  onMessageEnd = () => void this.events.push('end');

  #note(what: string, from: number, to: number): void {
    this.events.push(`${what} ${this.#piece.slice(from, to)}`);
  }
}

const head = 'HTTP/1.1 200 OK\r\nA: b\r\nContent-Length: 5\r\n\r\n';

test('It stops behind a head, and the next message is read after a reset', () => {
  const recorder = new Recorder();
  for (const _ of [1, 2]) {
    recorder.events.length = 0;
    recorder.llhttp.reset();
    expect(recorder.parse(`${head}hello`)).toBe(head.length);
    expect(recorder.events).toEqual([
      ...['status OK', 'name A', 'value b', 'name Content-Length', 'value 5'],
      'head 200 keep',
    ]);
  }
});

test('A name or a value that a piece ends in goes on at the begin of the next', () => {
  const recorder = new Recorder();
  recorder.llhttp.reset();
  for (const piece of ['HTTP/1.1 20', '0 O', 'K\r\nNa', 'me: va', 'lue\r\n\r', '\n']) {
    expect(recorder.parse(piece)).toBe(piece.length);
  }
  expect(recorder.events).toEqual([
    ...['status O', 'status K', 'name Na', 'name me', 'value va', 'value lue', 'head 200'],
  ]);
});

test('An empty value is told, and white space behind a value is part of it', () => {
  const recorder = new Recorder();
  recorder.llhttp.reset();
  recorder.parse('HTTP/1.1 204\r\nA:\r\nB: c \t\r\n\r\n');
  expect(recorder.events).toEqual(['name A', 'value ', 'name B', 'value c \t', 'head 204 keep']);
});

test('It goes on behind a head into a chunked body, and stops behind its trailers', () => {
  const recorder = new Recorder();
  recorder.llhttp.reset();
  const chunkedHead = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const body = '5;ext=1\r\nhello\r\n0\r\nX: y\r\n\r\n';
  expect(recorder.parse(chunkedHead + body)).toBe(chunkedHead.length);
  expect(recorder.llhttp.needsEnd).toBe(false);
  recorder.events.length = 0;
  expect(recorder.parse(`${body}surplus`)).toBe(body.length);
  expect(recorder.events).toEqual(['body hello', 'name X', 'value y', 'end']);
});

test.each([
  ['HTTP/1.1 101 X\r\nUpgrade: a\r\nConnection: upgrade\r\n\r\n', 'head 101 upgrade keep', 1, true],
  ['HTTP/1.1 200 OK\r\n\r\n', 'head 200', 1, true],
  ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', 'head 200', 0, false],
  ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n', 'head 200', 1, true],
  ['HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n', 'head 200', 1, false],
])('What a head says of its connection is told: %j', (bytes, event, minor, needsEnd) => {
  const recorder = new Recorder();
  recorder.llhttp.reset();
  expect(recorder.parse(`${bytes}rest`)).toBe(bytes.length);
  expect(recorder.events.at(-1)).toBe(event);
  expect(recorder.llhttp.minorVersion).toBe(minor);
  if (event !== 'head 101 upgrade keep') expect(recorder.llhttp.needsEnd).toBe(needsEnd);
});

test.each([
  ['I am a teapot', 'Expected HTTP/, RTSP/ or ICE/'],
  ['HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n', 'Unexpected whitespace after header value'],
  ['HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n', 'Missing expected CR after header value'],
  ['HTTP/1.1 200 OK\r\nA b\r\n\r\n', 'Invalid header token'],
  ['HTTP/1.2 200 OK\r\n\r\n', 'Invalid HTTP version'],
  [
    'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    "Transfer-Encoding can't be present with Content-Length",
  ],
])('It is strict: %j', (bytes, reason) => {
  const recorder = new Recorder();
  recorder.llhttp.reset();
  expect(recorder.parse(bytes)).toBe(-1);
  expect(recorder.llhttp.fault).toBe(reason);
});

test('Many parsers do not get into each other’s way, though memory grows under them', () => {
  const recorders = Array.from({ length: 2000 }, () => new Recorder());
  for (const { llhttp } of recorders) llhttp.reset();
  for (const piece of ['HTTP/1.1 200 O', 'K\r\nContent-Length: 5\r\n\r\n']) {
    for (const recorder of recorders) expect(recorder.parse(piece)).toBe(piece.length);
  }
  for (const { events, llhttp } of recorders) {
    expect(events.at(-1)).toBe('head 200 keep');
    llhttp.free();
    llhttp.free();
  }
});
