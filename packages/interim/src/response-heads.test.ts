import { expect, test } from 'vitest';
import { ResponseHeads } from './response-heads.ts';

const go = 'HTTP/1.1 100 Continue\r\n\r\n';
const goWithFields = 'HTTP/1.1 100 Go on\r\nX-A: b\r\nX-B: HTTP/1.1 200 OK\r\n\r\n';
const hints = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
const final = 'HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nbody';

/** What passes of these pieces, and how often a 100 was left out. */
function pass(...pieces: readonly string[]) {
  let continues = 0;
  const heads = new ResponseHeads(() => {
    continues += 1;
  });
  const passed = pieces.map((piece) => heads.take(Buffer.from(piece, 'latin1')));
  const text = Buffer.concat([...passed, heads.end()]).toString('latin1');
  return { text, continues, answered: heads.answered };
}

const streams: [what: string, bytes: string, passes: string, continues: number][] = [
  ['a final response', final, final, 0],
  ['a 100', go + final, final, 1],
  ['a 100 with fields', goWithFields + final, final, 1],
  ['several 100', go + go + goWithFields + final, final, 3],
  ['a 103', hints + final, hints + final, 0],
  ['100, 103, 100', go + hints + go + final, hints + final, 2],
  ['a 100 of HTTP/1.0', `HTTP/1.0 100 Go\r\n\r\n${final}`, final, 1],
  ['a 100 without a reason', `HTTP/1.1 100\r\n\r\n${final}`, final, 1],
  ['a 100 with bare line feeds', `HTTP/1.1 100 Go\n\n${final}`, final, 1],
  ['empty lines before', `\r\n${go}\r\n${final}`, `\r\n\r\n${final}`, 1],
  ['a 101 and what follows', `HTTP/1.1 101 X\r\n\r\n${go}`, `HTTP/1.1 101 X\r\n\r\n${go}`, 0],
  ['a status that begins alike', 'HTTP/1.1 1000 X\r\n\r\n', 'HTTP/1.1 1000 X\r\n\r\n', 0],
  ['garbage', `I am a teapot\r\n\r\n${go}`, `I am a teapot\r\n\r\n${go}`, 0],
  ['the begin of a status line', 'HTTP/1.1 20', 'HTTP/1.1 20', 0],
];

test.each(streams)('%s passes without 100, wherever it is split', (_what, bytes, passes, count) => {
  expect(pass(bytes)).toMatchObject({ text: passes, continues: count });
  expect(pass(...bytes)).toMatchObject({ text: passes, continues: count });
  for (let one = 1; one < bytes.length; one++) {
    const [begin, rest] = [bytes.slice(0, one), bytes.slice(one)];
    expect(pass(begin, rest)).toMatchObject({ text: passes, continues: count });
    for (let other = 1; other < rest.length; other += 5) {
      const pieces = [begin, rest.slice(0, other), rest.slice(other)];
      expect(pass(...pieces)).toMatchObject({ text: passes, continues: count });
    }
  }
});

test.each([
  ['a final response', final, true],
  ['a 100 alone', go, true],
  ['a 101', 'HTTP/1.1 101 X\r\n', true],
  ['garbage', 'I am a teapot\r\n\r\n', false],
  ['status 099', 'HTTP/1.1 099 X\r\n', false],
  ['a status of two digits', 'HTTP/1.1 20 OK\r\n', false],
  ['HTTP/2', 'HTTP/2.0 200 OK\r\n', false],
  ['the begin of a status line', 'HTTP/1.1 200', false],
  ['nothing', '', false],
])('%s is an answer in HTTP: %s', (_what, bytes, answered) => {
  expect(pass(bytes).answered).toBe(answered);
});

test('A chunk out of which nothing is taken is not copied', () => {
  const chunk = Buffer.from(final);
  expect(new ResponseHeads(() => {}).take(chunk)).toBe(chunk);
});

test('The body of a response is never looked at, and the next response is once it is expected', () => {
  const heads = new ResponseHeads(() => {});
  const take = (bytes: string) => heads.take(Buffer.from(bytes)).toString();
  expect(take(final)).toBe(final);
  expect(take(go)).toBe(go);
  heads.expect();
  expect(heads.answered).toBe(false);
  expect(take(go)).toBe('');
});

test('100 Continue without end is not left out for ever', () => {
  const heads = new ResponseHeads(() => {});
  let passed = 0;
  for (let i = 0; i < 4000; i++) passed += heads.take(Buffer.from(go)).length;
  expect(passed).toBeGreaterThan(0);
  const endless = new ResponseHeads(() => {});
  endless.take(Buffer.from('HTTP/1.1 100 Go\r\n'));
  for (let i = 0; i < 4000; i++) endless.take(Buffer.from('X-A: 0123456789012345\r\n'));
  expect(endless.take(Buffer.from('X-A: b\r\n')).length).toBeGreaterThan(0);
});
