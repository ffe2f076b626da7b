import { expect, test } from 'vitest';
import { RequestParser } from './request-parser.ts';

const opened = (maxHeaderBytes = 16_384): RequestParser => {
  const parser = new RequestParser(maxHeaderBytes);
  parser.begin();
  return parser;
};

/** Reads the bytes as two pieces; returns the place in the second one behind the head. */
function readHead(parser: RequestParser, text: string, cutAt: number): number {
  const bytes = Buffer.from(text, 'latin1');
  const at = parser.parseHead(bytes.subarray(0, cutAt), 0);
  if (parser.headComplete || at === -1) return at;
  const next = parser.parseHead(bytes.subarray(cutAt), 0);
  return next === -1 ? -1 : cutAt + next;
}

function readChunks(parser: RequestParser, text: string): { body: string; at: number } {
  const bytes = Buffer.from(text, 'latin1');
  let body = '';
  let at = 0;
  while (at < bytes.length && at !== -1 && !parser.ended) {
    at = parser.parseChunks(bytes.subarray(0, at + 1), at);
    const { spans } = parser;
    for (let i = 0; i < spans.length; i += 2) {
      body += bytes.toString('latin1', spans[i], spans[i + 1]);
    }
  }
  return { body, at };
}

const head =
  '\r\nPOST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Empty:\r\nX-Padded: \t a b \t \r\nX-\xe4: \xe9\r\nContent-Length: 007\r\n\r\n';
const fields = ['Host', 'x', 'X-Empty', '', 'X-Padded', 'a b', 'Content-Length', '007'];

test('A head is the same wherever its bytes are cut in two', () => {
  const text = head.replace('X-\xe4: \xe9\r\n', '');
  for (let cutAt = 0; cutAt < text.length; cutAt++) {
    const parser = opened();
    expect(readHead(parser, `${text}content`, cutAt), `cut at ${cutAt}`).toBe(text.length);
    expect(parser).toMatchObject({
      ...{ method: 'POST', target: '/a?b=c', httpVersion: '1.1', fields, contentLength: 7 },
      ...{ keepAlive: true, wantsUpgrade: false },
    });
    parser.free();
  }
});

test('Every byte of a value is kept, and a name must be a token', () => {
  const parser = opened();
  readHead(parser, 'GET / HTTP/1.1\r\nX-A: \xe9\xff\r\n\r\n', 10);
  expect(parser.fields).toEqual(['X-A', '\xe9\xff']);
  expect(readHead(opened(), head, 10)).toBe(-1);
});

test('Empty lines before a request are not the begin of one', () => {
  const parser = opened();
  parser.parseHead(Buffer.from('\r\n\r\n'), 0);
  expect(parser.inHead).toBe(false);
  parser.parseHead(Buffer.from('G'), 0);
  expect(parser.inHead).toBe(true);
});

test.each([
  ['GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n', 400],
  ['GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n', 400],
  ['GET / HTTP/1.1\nA: b\n\n', 400],
  [`GET / HTTP/1.1\r\nA: ${'b'.repeat(2000)}\r\n\r\n`, 431],
  [`GET /${'a'.repeat(2000)}`, 431],
])('%j is refused', (text, status) => {
  const parser = opened(1024);
  expect(readHead(parser, text, 20)).toBe(-1);
  expect(parser.fault?.status).toBe(status);
});

test('A chunked body is read byte by byte, with its trailers and what is behind it', () => {
  const parser = opened();
  readHead(parser, 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', 5);
  expect(parser.contentLength).toBe(null);
  const text = '3;a="b"\r\none\r\n4\r\ntwo!\r\n0\r\nX-Sum: 1 \r\nX-B:\r\n\r\n';
  const { body, at } = readChunks(parser, `${text}GET /next`);
  expect(body).toBe('onetwo!');
  expect(at).toBe(text.length);
  expect(parser.trailers).toEqual(['X-Sum', '1', 'X-B', '']);
  parser.begin();
  expect(parser.trailers).toEqual([]);
});

test.each([
  ['an extension without end', `1;${'a'.repeat(20_000)}`, 413],
  ['trailers without end', `0\r\n${'X-A: b\r\n'.repeat(3000)}`, 431],
  ['a size that is none', 'zz\r\n', 400],
])('%s is refused', (_what, text, status) => {
  const parser = opened();
  readHead(parser, 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n', 5);
  expect(readChunks(parser, text).at).toBe(-1);
  expect(parser.fault?.status).toBe(status);
});
