import { expect, test } from 'vitest';
import { type ResponseOwner, ResponseReader } from './response-reader.ts';

type Pausing = 'never' | 'at each chunk' | 'at the first chunk';

/** Reads pieces of bytes out of memory that is overwritten after each, as that of a socket is, and notes what is told. */
class Play implements ResponseOwner {
  readonly events: string[] = [];
  readonly #reader: ResponseReader;
  readonly #pausing: Pausing;
  #chunks = 0;
  #body = '';

  constructor(isHead: boolean, pausing: Pausing, maxHeaderBytes = 1024) {
    this.#reader = new ResponseReader(maxHeaderBytes, this);
    this.#reader.expect(isHead);
    this.#pausing = pausing;
  }

  play(pieces: readonly string[], ends: boolean): string[] {
    for (const piece of pieces) {
      const buffer = Buffer.from(piece, 'latin1');
      if (this.#reader.idle) break;
      this.#reader.take(buffer);
      buffer.fill('#');
      if (this.#pausing === 'never') continue;
      for (let i = 0; i < 50; i++) this.#reader.resume();
      // As a client does that is behind with what came before: nothing has been read meanwhile.
      this.#reader.pause();
      this.#reader.resume();
    }
    if (ends && !this.#reader.idle) this.#reader.end();
    const body = this.#body;
    const { trailers } = this.#reader.parser;
    this.#reader.parser.free();
    return [
      ...this.events,
      ...(body === '' ? [] : [`body ${body}`]),
      ...(trailers.length === 0 ? [] : [`trailers ${trailers.join('|')}`]),
    ];
  }

  onContinue = () => void this.events.push('continue');
  onHead = (status: number, reason: string) =>
    void this.events.push(`${status} ${reason} ${this.#reader.parser.fields.join('|')}`);
  onEnd = (surplus: boolean) => {
    const { keepAlive } = this.#reader.parser;
    this.events.push(`end${surplus ? ' surplus' : ''}${keepAlive ? ' keep' : ''}`);
  };
  onSwitch = (rest: Buffer) => void this.events.push(`switch ${rest}`);
  onFault = (error: Error) => {
    this.#reader.stop();
    this.events.push(`fault ${(error as { code?: string }).code}`);
  };

  onData(chunk: Buffer): void {
    const at = this.#chunks++;
    if (this.#pausing === 'at each chunk' || (this.#pausing !== 'never' && at === 0)) {
      this.#reader.pause();
    }
    this.#body += chunk.toString('latin1');
  }
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const hints = 'HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n';

type Case = [what: string, bytes: string, told: string[], isHead?: boolean];

/** Everything but the surplus, which depends on what came together with the end. */
const cases: Case[] = [
  [
    'a declared length',
    'HTTP/1.1 200 OK\r\nA: b\r\nEmpty:\r\nSpaces: c \t\r\nContent-Length: 5\r\n\r\nhello',
    ['200 OK A|b|Empty||Spaces|c|Content-Length|5', 'end keep', 'body hello'],
  ],
  [
    'an empty body',
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
    ['200 OK Content-Length|0', 'end keep'],
  ],
  ['no reason phrase', 'HTTP/1.1 204\r\nA: b\r\n\r\n', ['204  A|b', 'end keep']],
  [
    'chunks and trailers',
    `${chunked}5;ext=abc\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\nX-U:\r\n\r\n`,
    ['200 OK Transfer-Encoding|chunked', 'end keep', 'body hello world', 'trailers X-T|1|X-U|'],
  ],
  ['no chunk at all', `${chunked}0\r\n\r\n`, ['200 OK Transfer-Encoding|chunked', 'end keep']],
  [
    'interim responses',
    `HTTP/1.1 100 Continue\r\n\r\n${hints}HTTP/1.0 100 Go\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi`,
    [
      'continue',
      '103 Early Link|</a>',
      'continue',
      '200 OK Content-Length|2',
      'end keep',
      'body hi',
    ],
  ],
  [
    'a 304 with a length',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
    ['304 Not Modified Content-Length|5', 'end'],
  ],
  [
    'a response to HEAD',
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n',
    ['200 OK Content-Length|5', 'end keep'],
    true,
  ],
  ['a response to HEAD without a length', 'HTTP/1.1 200 OK\r\n\r\n', ['200 OK ', 'end keep'], true],
  [
    'a response to HEAD that closes',
    'HTTP/1.1 200 OK\r\nConnection: Close, x\r\n\r\n',
    ['200 OK Connection|Close, x', 'end'],
    true,
  ],
  [
    'bytes above 0x7f',
    'HTTP/1.1 200 \xfc\r\nA: \xe9\xff\r\nContent-Length: 2\r\n\r\n\x80\xff',
    ['200 \xfc A|\xe9\xff|Content-Length|2', 'end keep', 'body \x80\xff'],
  ],
];

const endDelimited: Case = [
  'a body that the connection delimits',
  'HTTP/1.1 200 OK\r\nA: b\r\n\r\nuntil the end',
  ['200 OK A|b', 'end', 'body until the end'],
];
const faulty: Case[] = [
  [
    'a bad chunk',
    `${chunked}2\r\nhi\r\nzz\r\n`,
    ['200 OK Transfer-Encoding|chunked', 'fault response_malformed', 'body hi'],
  ],
  ['a bad field', 'HTTP/1.1 200 OK\r\nA b\r\n\r\n', ['fault response_malformed']],
  [
    'an end within the length',
    'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello',
    ['200 OK Content-Length|9', 'fault response_ended', 'body hello'],
  ],
  [
    'an end within chunks',
    `${chunked}5\r\nhel`,
    ['200 OK Transfer-Encoding|chunked', 'fault response_ended', 'body hel'],
  ],
  ['an end within the head', 'HTTP/1.1 200 OK\r\nA', ['fault response_ended']],
];

function splits(bytes: string): string[][] {
  const all = [[bytes], bytes.split('')];
  for (let one = 1; one < bytes.length; one++) {
    all.push([bytes.slice(0, one), bytes.slice(one)]);
    const other = one + Math.ceil((bytes.length - one) / 3);
    all.push([bytes.slice(0, one), bytes.slice(one, other), bytes.slice(other)]);
  }
  return all;
}

/** Data of one read may be told before or after a later fault or end: by kind, it has to be the same. */
test.each(
  [...cases, endDelimited, ...faulty].map(
    ([what, bytes, told, isHead]): [string, string, string[], boolean] => [
      ...([what, bytes, told] as const),
      isHead ?? false,
    ],
  ),
)('%s is told the same wherever it is split', (what, bytes, told, isHead) => {
  const ends = !cases.some(([one]) => one === what);
  for (const pieces of splits(bytes)) {
    for (const pausing of ['never', 'at each chunk', 'at the first chunk'] as const) {
      const seen = new Play(isHead, pausing).play(pieces, ends);
      expect(seen, `${pausing}: ${JSON.stringify(pieces)}`).toEqual(told);
    }
  }
});

test.each(cases.slice(0, 4))('Bytes behind the end of %s are surplus', (_what, bytes, told) => {
  const seen = new Play(false, 'never').play([`${bytes}HTTP/1.1 200 OK\r\n\r\n`], false);
  expect(seen).toEqual(told.map((event) => (event.startsWith('end') ? 'end surplus keep' : event)));
});

test('What follows a 101 is handed over unread', () => {
  const head = 'HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n';
  expect(new Play(false, 'never').play([`${head}\0first`], false)).toEqual(['switch \0first']);
});

const field = (bytes: number): string => `A: ${'b'.repeat(bytes - 5)}\r\n`;
const headOf = (bytes: number): string => `HTTP/1.1 204 X\r\n${field(bytes - 18)}\r\n`;

test('A head of just the most bytes passes, and one more is too large, in one piece or in many', () => {
  for (const [bytes, last] of [
    [1024, 'end keep'],
    [1025, 'fault head_too_large'],
    [5000, 'fault head_too_large'],
  ] as const) {
    const text = headOf(bytes);
    expect(text).toHaveLength(bytes);
    for (const pieces of [[text], text.split('')]) {
      expect(new Play(false, 'never').play(pieces, false).at(-1)).toBe(last);
    }
  }
});

test('Trailers, fields and chunk extensions have their bounds', () => {
  const play = (bytes: string, max = 1024) =>
    [[bytes], bytes.match(/[\s\S]{1,100}/g) as string[]].map((pieces) =>
      new Play(false, 'never', max)
        .play(pieces, false)
        .filter((event) => /^fault|^end/.test(event)),
    );
  const twice = (event: string) => [[event], [event]];
  expect(play(`${chunked}0\r\n${field(1500)}\r\n`)).toEqual(twice('fault trailers_too_large'));
  expect(play(`${chunked}0\r\n${field(900)}\r\n`)).toEqual(twice('end keep'));
  const extended = (bytes: number) => `${chunked}1;${'x'.repeat(bytes)}\r\na\r\n0\r\n\r\n`;
  expect(play(extended(16_000))).toEqual(twice('end keep'));
  expect(play(extended(17_000))).toEqual(twice('fault response_malformed'));
  const fields = (count: number) => `HTTP/1.1 204 X\r\n${'A: b\r\n'.repeat(count)}\r\n`;
  expect(play(fields(2000), 65_536)).toEqual(twice('end keep'));
  expect(play(fields(2001), 65_536)).toEqual(twice('fault response_malformed'));
  expect(play('HTTP/1.1 100 Go\r\n\r\n'.repeat(4000))).toEqual(twice('fault response_malformed'));
});
