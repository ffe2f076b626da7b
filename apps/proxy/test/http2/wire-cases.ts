import {
  flags,
  frame,
  none,
  preface,
  settingIds,
  settingsPayload,
  uint32,
} from '../kit/http2/frames.ts';
import { encodeFields, encodeInteger, type Field } from '../kit/http2/hpack.ts';
import { get, headersFrame, post, resetFrame, windowUpdate } from '../kit/http2/http2-wire.ts';

/** What a client sends, and how that has to end; the section of RFC 9113 stands before each. */
export interface WireCase {
  readonly name: string;
  readonly bytes: readonly (Buffer | string)[];
  /**
   * `connection CODE`: GOAWAY with it; `stream CODE`: a reset of stream 1, and the connection goes on; `either`: one of
   * both; `closed`: the connection ends; `status N`: the response on stream 1, and the connection goes on. Where nghttp2 is
   * milder than the RFC: `ignored`, and the connection goes on; `dropped`: the field never gets to the upstream.
   */
  readonly ends: string;
  /** The case brings a preface of its own. */
  readonly bare?: true;
}

const setting = (id: number, value: number) =>
  frame('settings', 0, 0, settingsPayload([[id, value]]));
const block = encodeFields(get());
const getFrame = headersFrame(1, get());
const open = headersFrame(1, post('/hang'), false);
/** A request that has ended, whose response has not come. */
const asked = headersFrame(1, get('/hang'));
const withField = (name: string, value: string): Buffer =>
  headersFrame(1, get('/', [[name, value]]));
const without = (name: string) =>
  headersFrame(
    1,
    get().filter(([one]) => one !== name),
  );
const exchanged = (name: string, value: string) =>
  headersFrame(
    1,
    get().map(([one, was]): Field => [one, one === name ? value : was]),
  );
const half = Math.floor(block.length / 2);
const split = (between: readonly Buffer[], more = flags.endHeaders) => [
  frame('headers', flags.endStream, 1, block.subarray(0, half)),
  ...between,
  frame('continuation', more, 1, block.subarray(half)),
];

const one = (name: string, ends: string, ...bytes: readonly (Buffer | string)[]): WireCase => ({
  ...{ name, bytes, ends },
});

const lateOnes: readonly WireCase[] = [
  { ...one('3.4: another preface', 'closed', 'PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n'), bare: true },
  {
    ...one('3.4: no SETTINGS behind the preface', 'connection PROTOCOL_ERROR', preface, getFrame),
    bare: true,
  },
  {
    ...one(
      '3.4: SETTINGS and a request with the preface',
      'status 200',
      preface,
      frame('settings', 0, 0),
      getFrame,
    ),
    bare: true,
  },
];

export const wireCases: readonly WireCase[] = [
  ...lateOnes,
  // Frames
  one('4.1: a frame of an unknown type', 'status 200', frame(0x42, 0xff, 0, 'abc'), getFrame),
  one('4.1: one on a stream of its own', 'status 200', frame(0x42, 0, 99, 'abc'), getFrame),
  one('4.1: flags that mean nothing', 'status 200', frame('ping', 0xfe, 0, '12345678'), getFrame),
  one('4.1: the reserved bit of the stream', 'status 200', frame('headers', 5, 0x80000001, block)),
  one(
    '4.2: DATA beyond SETTINGS_MAX_FRAME_SIZE',
    'either FRAME_SIZE_ERROR',
    open,
    frame('data', 1, 1, Buffer.alloc(16_385)),
  ),
  one(
    '4.2: HEADERS beyond it',
    'connection FRAME_SIZE_ERROR',
    frame('headers', 5, 1, Buffer.alloc(16_385)),
  ),
  one(
    '4.2: DATA of exactly that size',
    'status 200',
    headersFrame(1, post('/'), false),
    frame('data', 1, 1, Buffer.alloc(16_384)),
  ),
  one(
    '4.3: a field block that nobody can decode',
    'connection COMPRESSION_ERROR',
    frame('headers', 5, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])),
  ),
  one(
    '4.3: an index that no table has',
    'connection COMPRESSION_ERROR',
    frame('headers', 5, 1, encodeInteger(99, 7, 0x80)),
  ),
  one(
    '4.3: a table larger than we allow',
    'connection COMPRESSION_ERROR',
    frame('headers', 5, 1, Buffer.concat([encodeInteger(65_536, 5, 0x20), block])),
  ),
  one(
    '4.3: a field block that breaks off',
    'connection COMPRESSION_ERROR',
    frame('headers', 5, 1, block.subarray(0, block.length - 1)),
  ),
  one(
    '4.3: DATA within a field block',
    'connection PROTOCOL_ERROR',
    ...split([frame('data', 0, 1, 'x')]),
  ),
  one(
    '4.3: HEADERS of another stream within it',
    'connection PROTOCOL_ERROR',
    ...split([headersFrame(3, get())]),
  ),
  one(
    '4.3: PING within it',
    'connection PROTOCOL_ERROR',
    ...split([frame('ping', 0, 0, '12345678')]),
  ),
  // Streams
  one('5.1: DATA on an idle stream', 'connection PROTOCOL_ERROR', frame('data', 1, 1, 'x')),
  one('5.1: RST_STREAM on an idle stream', 'connection PROTOCOL_ERROR', resetFrame(1)),
  one('5.1: WINDOW_UPDATE on an idle stream', 'connection PROTOCOL_ERROR', windowUpdate(1, 10)),
  one(
    '5.1: CONTINUATION on an idle stream',
    'connection PROTOCOL_ERROR',
    frame('continuation', 4, 1, block),
  ),
  one('5.1: DATA behind END_STREAM', 'either STREAM_CLOSED', asked, frame('data', 1, 1, 'x')),
  one(
    '5.1: HEADERS behind END_STREAM',
    'either STREAM_CLOSED',
    asked,
    headersFrame(1, [['a', 'b']]),
  ),
  one(
    '5.1: CONTINUATION behind END_STREAM',
    'connection PROTOCOL_ERROR',
    asked,
    frame('continuation', 4, 1, block),
  ),
  one(
    '5.1: PRIORITY on an idle stream',
    'status 200',
    frame('priority', 0, 9, Buffer.from([0, 0, 0, 0, 1])),
    getFrame,
  ),
  one('5.1: WINDOW_UPDATE behind END_STREAM', 'status 200', getFrame, windowUpdate(1, 10)),
  one('5.1.1: a stream with an even number', 'connection PROTOCOL_ERROR', headersFrame(2, get())),
  one(
    '5.1.1: a number below one before',
    'ignored',
    headersFrame(5, get('/hang')),
    headersFrame(3, get()),
  ),
  one(
    '5.3.1: a stream that depends on itself',
    'either PROTOCOL_ERROR',
    frame('headers', 0x25, 1, Buffer.concat([uint32(1), Buffer.from([1]), block])),
  ),
  one(
    '5.5: an unknown frame within a field block',
    'connection PROTOCOL_ERROR',
    ...split([frame(0x42, 0, 0, 'abc')]),
  ),
  // DATA
  one('6.1: DATA on stream 0', 'connection PROTOCOL_ERROR', frame('data', 0, 0, 'x')),
  one(
    '6.1: as much padding as payload',
    'connection PROTOCOL_ERROR',
    open,
    frame('data', 8, 1, Buffer.from([4, 1, 2, 3])),
  ),
  one(
    '6.1: padding',
    'status 200',
    headersFrame(1, post(), false),
    frame('data', 9, 1, Buffer.from([2, 97, 0, 0])),
  ),
  one(
    '6.1: DATA without content',
    'status 200',
    headersFrame(1, post(), false),
    frame('data', 1, 1),
  ),
  // HEADERS
  one('6.2: HEADERS on stream 0', 'connection PROTOCOL_ERROR', headersFrame(0, get())),
  one(
    '6.2: more padding than payload',
    'connection PROTOCOL_ERROR',
    frame('headers', 13, 1, Buffer.concat([Buffer.from([255]), block])),
  ),
  one(
    '6.2: padding',
    'status 200',
    frame('headers', 13, 1, Buffer.concat([Buffer.from([2]), block, Buffer.alloc(2)])),
  ),
  one(
    '6.2: a priority',
    'status 200',
    frame('headers', 0x25, 1, Buffer.concat([uint32(0), Buffer.from([9]), block])),
  ),
  // PRIORITY, RST_STREAM
  one('6.3: PRIORITY on stream 0', 'ignored', frame('priority', 0, 0, Buffer.alloc(5))),
  one(
    '6.3: PRIORITY of four bytes',
    'either FRAME_SIZE_ERROR',
    asked,
    frame('priority', 0, 1, Buffer.alloc(4)),
  ),
  one('6.4: RST_STREAM on stream 0', 'connection PROTOCOL_ERROR', resetFrame(0)),
  one(
    '6.4: RST_STREAM of three bytes',
    'connection FRAME_SIZE_ERROR',
    asked,
    frame('reset', 0, 1, Buffer.alloc(3)),
  ),
  // SETTINGS
  one('6.5: SETTINGS on a stream', 'connection PROTOCOL_ERROR', frame('settings', 0, 1)),
  one(
    '6.5: an acknowledgement with content',
    'connection FRAME_SIZE_ERROR',
    frame('settings', 1, 0, settingsPayload([[3, 1]])),
  ),
  one(
    '6.5: SETTINGS of seven bytes',
    'connection FRAME_SIZE_ERROR',
    frame('settings', 0, 0, Buffer.alloc(7)),
  ),
  one(
    '6.5.2: SETTINGS_ENABLE_PUSH of 2',
    'connection PROTOCOL_ERROR',
    setting(settingIds.enablePush, 2),
  ),
  one(
    '6.5.2: a window larger than there can be',
    'connection FLOW_CONTROL_ERROR',
    setting(settingIds.initialWindowSize, 0x80000000),
  ),
  one(
    '6.5.2: frames smaller than 16,384 bytes',
    'connection PROTOCOL_ERROR',
    setting(settingIds.maxFrameSize, 16_383),
  ),
  one(
    '6.5.2: frames larger than there can be',
    'connection PROTOCOL_ERROR',
    setting(settingIds.maxFrameSize, 0x1000000),
  ),
  one('6.5.2: a setting that nobody knows', 'status 200', setting(0x4242, 1), getFrame),
  // PUSH_PROMISE, PING, GOAWAY
  one(
    '6.6: PUSH_PROMISE of a client',
    'connection PROTOCOL_ERROR',
    frame('pushPromise', 4, 1, Buffer.concat([uint32(2), block])),
  ),
  one('6.7: PING on a stream', 'connection PROTOCOL_ERROR', frame('ping', 0, 1, '12345678')),
  one('6.7: PING of six bytes', 'connection FRAME_SIZE_ERROR', frame('ping', 0, 0, '123456')),
  one(
    '6.8: GOAWAY on a stream',
    'connection PROTOCOL_ERROR',
    frame('goaway', 0, 1, Buffer.alloc(8)),
  ),
  one(
    '6.8: GOAWAY of four bytes',
    'connection FRAME_SIZE_ERROR',
    frame('goaway', 0, 0, Buffer.alloc(4)),
  ),
  // WINDOW_UPDATE
  one('6.9: an increment of 0 for the connection', 'connection PROTOCOL_ERROR', windowUpdate(0, 0)),
  one('6.9: an increment of 0 for a stream', 'either PROTOCOL_ERROR', asked, windowUpdate(1, 0)),
  one(
    '6.9: WINDOW_UPDATE of three bytes',
    'connection FRAME_SIZE_ERROR',
    frame('windowUpdate', 0, 0, Buffer.alloc(3)),
  ),
  one(
    '6.9.1: a window of the connection beyond 2^31-1',
    'connection FLOW_CONTROL_ERROR',
    windowUpdate(0, 0x7fffffff),
    windowUpdate(0, 1),
  ),
  one(
    '6.9.1: a window of a stream beyond it',
    'either FLOW_CONTROL_ERROR',
    asked,
    windowUpdate(1, 0x7fffffff),
  ),
  one(
    '6.9.1: more content than our window',
    'either FLOW_CONTROL_ERROR',
    open,
    ...Array.from({ length: 5 }, () => frame('data', 0, 1, Buffer.alloc(16_384))),
  ),
  one(
    '6.9.2: initial windows that overflow that of a stream',
    'either FLOW_CONTROL_ERROR',
    asked,
    windowUpdate(1, 0x7fff0000),
    setting(settingIds.initialWindowSize, 0x7fffffff),
  ),
  // CONTINUATION
  one(
    '6.10: CONTINUATION on stream 0',
    'connection PROTOCOL_ERROR',
    frame('headers', 1, 1, block),
    frame('continuation', 4, 0, none),
  ),
  one(
    '6.10: CONTINUATION behind END_HEADERS',
    'connection PROTOCOL_ERROR',
    asked,
    frame('continuation', 4, 1, none),
  ),
  one(
    '6.10: CONTINUATION of another stream',
    'connection PROTOCOL_ERROR',
    frame('headers', 1, 1, block),
    frame('continuation', 4, 3, none),
  ),
  one(
    '6.10: several of them',
    'status 200',
    ...split([frame('continuation', 0, 1, none), frame('continuation', 0, 1, none)]),
  ),
  // Messages
  one(
    '8.1: a second HEADERS that does not end the stream',
    'either PROTOCOL_ERROR',
    open,
    headersFrame(1, [['a', 'b']], false),
  ),
  one(
    '8.1.1: less content than declared',
    'stream PROTOCOL_ERROR',
    headersFrame(1, post('/hang', [['content-length', '3']]), false),
    frame('data', 1, 1, 'ab'),
  ),
  one(
    '8.1.1: more content than declared',
    'connection INTERNAL_ERROR',
    headersFrame(1, post('/hang', [['content-length', '3']]), false),
    frame('data', 0, 1, 'ab'),
    frame('data', 1, 1, 'cd'),
  ),
  one(
    '8.1.1: content declared and none',
    'stream PROTOCOL_ERROR',
    headersFrame(1, post('/', [['content-length', '3']])),
  ),
  one(
    '8.1.1: two lengths',
    'stream PROTOCOL_ERROR',
    headersFrame(
      1,
      post('/', [
        ['content-length', '0'],
        ['content-length', '3'],
      ]),
    ),
  ),
  one(
    '8.1.1: a length that is no number',
    'stream PROTOCOL_ERROR',
    withField('content-length', '-1'),
  ),
  // Fields
  one('8.2.1: upper case in a name', 'stream PROTOCOL_ERROR', withField('X-Upper', '1')),
  one('8.2.1: a space in a name', 'dropped', withField('x a', '1')),
  one('8.2.1: a colon in a name', 'dropped', withField('x:a', '1')),
  one('8.2.1: a byte above ASCII in a name', 'dropped', withField('x\xe9', '1')),
  one('8.2.1: an empty name', 'dropped', withField('', '1')),
  one('8.2.1: a line feed in a value', 'dropped', withField('x', 'a\nb')),
  one('8.2.1: a carriage return in a value', 'dropped', withField('x', 'a\rb')),
  one('8.2.1: a NUL in a value', 'dropped', withField('x', 'a\0b')),
  one('8.2.1: a space before a value', 'dropped', withField('x', ' a')),
  one('8.2.1: a tab behind a value', 'dropped', withField('x', 'a\t')),
  one('8.2.2: Connection', 'stream PROTOCOL_ERROR', withField('connection', 'keep-alive')),
  one('8.2.2: Keep-Alive', 'stream PROTOCOL_ERROR', withField('keep-alive', 'timeout=5')),
  one('8.2.2: Proxy-Connection', 'stream PROTOCOL_ERROR', withField('proxy-connection', 'close')),
  one(
    '8.2.2: Transfer-Encoding',
    'stream PROTOCOL_ERROR',
    withField('transfer-encoding', 'chunked'),
  ),
  one('8.2.2: Upgrade', 'stream PROTOCOL_ERROR', withField('upgrade', 'websocket')),
  one(
    '8.2.2: TE with more than trailers',
    'stream PROTOCOL_ERROR',
    withField('te', 'trailers, deflate'),
  ),
  one('8.2.2: TE: trailers', 'status 200', withField('te', 'trailers')),
  // Pseudo-header fields
  one('8.3: one that nobody knows', 'stream PROTOCOL_ERROR', withField(':x', '1')),
  one(
    '8.3: one of responses',
    'stream PROTOCOL_ERROR',
    headersFrame(1, [[':status', '200'], ...get()]),
  ),
  one(
    '8.3: one behind the other fields',
    'stream PROTOCOL_ERROR',
    headersFrame(1, [['a', 'b'], ...get()]),
  ),
  one('8.3: one twice', 'stream PROTOCOL_ERROR', headersFrame(1, [[':method', 'GET'], ...get()])),
  one('8.3: one in trailers', 'stream PROTOCOL_ERROR', open, headersFrame(1, [[':path', '/']])),
  one('8.3.1: no :method', 'stream PROTOCOL_ERROR', without(':method')),
  one('8.3.1: no :scheme', 'stream PROTOCOL_ERROR', without(':scheme')),
  one('8.3.1: no :path', 'stream PROTOCOL_ERROR', without(':path')),
  one('8.3.1: an empty :path', 'stream PROTOCOL_ERROR', exchanged(':path', '')),
  one(
    '8.3.1: a :path that does not begin with a slash',
    'stream PROTOCOL_ERROR',
    exchanged(':path', 'a'),
  ),
  one(
    '8.3.1: the asterisk for another method than OPTIONS',
    'stream PROTOCOL_ERROR',
    exchanged(':path', '*'),
  ),
  one('8.3.1: neither :authority nor Host', 'stream PROTOCOL_ERROR', without(':authority')),
  one(
    '8.3.1: user information in :authority',
    'stream PROTOCOL_ERROR',
    exchanged(':authority', 'me:secret@a'),
  ),
  one('8.3.1: a Host that names another', 'status 400', withField('host', 'b')),
  one('8.3.1: the same Host', 'status 200', withField('host', 'A')),
  one('8.3.1: a method that is no token', 'stream PROTOCOL_ERROR', exchanged(':method', 'GE T')),
  one(
    '8.5: CONNECT',
    'status 405',
    headersFrame(
      1,
      [
        [':method', 'CONNECT'],
        [':authority', 'a:1'],
      ],
      false,
    ),
  ),
  one(
    '8.5: CONNECT with a :path',
    'stream PROTOCOL_ERROR',
    headersFrame(
      1,
      [
        [':method', 'CONNECT'],
        [':authority', 'a:1'],
        [':path', '/'],
      ],
      false,
    ),
  ),
  one(
    '8.5: CONNECT without an :authority',
    'stream PROTOCOL_ERROR',
    headersFrame(1, [[':method', 'CONNECT']], false),
  ),
];
