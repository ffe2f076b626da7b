import { expect, test } from 'vitest';
import { type ProxyHeader, readProxyHeader } from './proxy-protocol.ts';

const signature = '0d0a0d0a000d0a515549540a';
const v2 = (rest: string): Buffer => Buffer.from(signature + rest.replaceAll(' ', ''), 'hex');
const line = (text: string): Buffer => Buffer.from(`${text}\r\n`);
const longest = `PROXY TCP6 ${'ffff:'.repeat(7)}ffff ${'ffff:'.repeat(7)}ffff 65535 65535`;

const whole: [string, Buffer, string | null][] = [
  ['IPv4', line('PROXY TCP4 192.0.2.1 192.0.2.2 1234 443'), '192.0.2.1'],
  ['IPv6', line('PROXY TCP6 2001:db8::1 2001:db8::2 1234 443'), '2001:db8::1'],
  ['the longest line', line(longest), `${'ffff:'.repeat(7)}ffff`],
  ['an unknown peer', line('PROXY UNKNOWN'), null],
  ['an unknown peer with addresses', line('PROXY UNKNOWN ::1 ::1 1 1'), null],
  ['IPv4 in version 2', v2('21 11 000c c0000201 c0000202 04d2 01bb'), '192.0.2.1'],
  [
    'IPv6 in version 2',
    v2(`21 21 0024 ${'20010db8'}${'0'.repeat(23)}1 ${'0'.repeat(32)} 04d2 01bb`),
    '2001:db8::1',
  ],
  [
    'fields behind the addresses',
    v2('21 11 0010 c0000201 c0000202 04d2 01bb 04 0001 00'),
    '192.0.2.1',
  ],
  ['a health check of the balancer', v2('20 00 0000'), null],
  ['LOCAL with what is to be skipped', v2('20 11 000c c0000201 c0000202 04d2 01bb'), null],
  ['a Unix socket', v2(`21 31 00d8 ${'00'.repeat(216)}`), null],
];

test.each(whole)(
  '%s is read, whatever follows, and asked for until it is whole',
  (_name, bytes, source) => {
    const done: ProxyHeader = { kind: 'done', bytes: bytes.length, source };
    expect(readProxyHeader(bytes)).toEqual(done);
    expect(readProxyHeader(Buffer.concat([bytes, Buffer.from('GET / HTTP/1.1\r\n')]))).toEqual(
      done,
    );
    for (let i = 0; i < bytes.length; i++) {
      expect(readProxyHeader(bytes.subarray(0, i)), `${i} bytes`).toEqual({ kind: 'more' });
    }
  },
);

test.each([
  ['a request', Buffer.from('GET / HTTP/1.1\r\n')],
  ['TLS', Buffer.from('1603010200', 'hex')],
  ['a family that there is not', line('PROXY TCP5 192.0.2.1 192.0.2.2 1 1')],
  ['an address of the other family', line('PROXY TCP4 ::1 ::1 1 1')],
  ['no address', line('PROXY TCP4 example.com 192.0.2.2 1 1')],
  ['no ports', line('PROXY TCP4 192.0.2.1 192.0.2.2')],
  ['more than ports', line('PROXY TCP4 192.0.2.1 192.0.2.2 1 1 1')],
  ['a line without an end', Buffer.from(`PROXY UNKNOWN ${'x'.repeat(200)}`)],
  ['another version', v2('31 11 000c c0000201 c0000202 04d2 01bb')],
  ['a command that there is not', v2('22 11 000c c0000201 c0000202 04d2 01bb')],
  ['no room for the addresses', v2('21 11 0004 c0000201')],
  ['a header without end', v2('21 11 ffff c0000201')],
])('%s is no header', (_name, bytes) => {
  expect(readProxyHeader(bytes).kind).toBe('bad');
});
