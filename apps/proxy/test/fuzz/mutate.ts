import type { Random } from './random.ts';

/** What has confused parsers before, to be put anywhere. */
const tokens = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\0',
    '\t',
    ' ',
    ':',
    ',',
    ';',
    '\x0b',
    '\x7f',
    '\x80',
    '\xff',
  ],
  ...['Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'Content-Length: 99999999999999999999\r\n'],
  ...['Transfer-Encoding: chunked\r\n', 'Transfer-Encoding: identity\r\n', 'chunked', '0\r\n\r\n'],
  ...['Connection: close\r\n', 'Connection: upgrade\r\n', 'Upgrade: websocket\r\n', 'Host: b\r\n'],
  ...['Expect: 100-continue\r\n', 'Trailer: X\r\n', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'ffffffff'],
  ...['-1', '0x5', '+5', '1e9', '18446744073709551616', '%00', '../', '//', '#', '*', 'http://b/'],
];

type Mutation = (text: string, random: Random, others: readonly string[]) => string;

const splice = (text: string, at: number, length: number, insert: string): string =>
  text.slice(0, at) + insert + text.slice(at + length);

const mutations: readonly Mutation[] = [
  // A byte becomes another one.
  (text, random) =>
    splice(text, random.below(text.length), 1, String.fromCharCode(random.below(256))),
  // One bit turns.
  (text, random) => {
    const at = random.below(text.length);
    return splice(text, at, 1, String.fromCharCode(text.charCodeAt(at) ^ (1 << random.below(8))));
  },
  (text, random) => splice(text, random.below(text.length + 1), 0, random.pick(tokens)),
  (text, random) => splice(text, random.below(text.length), 1, random.pick(tokens)),
  // A token at the begin of a line, where field names stand.
  (text, random) => {
    const starts = [...text.matchAll(/\r\n/g)].map(({ index }) => index + 2);
    return starts.length === 0 ? text : splice(text, random.pick(starts), 0, random.pick(tokens));
  },
  (text, random) => splice(text, random.below(text.length), 1 + random.below(20), ''),
  (text, random) => {
    const at = random.below(text.length);
    return splice(text, at, 0, text.slice(at, at + 1 + random.below(40)));
  },
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random, others) => {
    const other = random.pick(others);
    return text.slice(0, random.below(text.length + 1)) + other.slice(random.below(other.length));
  },
  // Two lines change places.
  (text, random) => {
    const lines = text.split('\r\n');
    const [one, other] = [random.below(lines.length), random.below(lines.length)];
    [lines[one], lines[other]] = [lines[other] as string, lines[one] as string];
    return lines.join('\r\n');
  },
  (text, random) => text.replaceAll('\r\n', random.pick(['\n', '\r', '\r\r\n', '\n\r', '\r\n '])),
  (text, random) =>
    splice(text, random.below(text.length + 1), 0, random.pick(tokens).repeat(random.below(3000))),
];

/** One of the examples with a few things gone wrong. */
export function mutate(examples: readonly string[], random: Random): string {
  let text = random.pick(examples);
  for (let left = 1 + random.below(3); left > 0 && text.length > 0; left--) {
    text = random.pick(mutations)(text, random, examples);
  }
  return text;
}

/** The text in a few pieces. */
export function cut(text: string, random: Random): string[] {
  const pieces = [];
  let at = 0;
  for (let left = random.below(4); left > 0 && at < text.length; left--) {
    const length = 1 + random.below(text.length - at);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return [...pieces, text.slice(at)];
}
