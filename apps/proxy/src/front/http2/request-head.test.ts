import { expect, test } from 'vitest';
import { requestHead } from './request-head.ts';

test('The head of a stream is that of a request of HTTP/1.1, with Host first and the crumbs of Cookie joined', () => {
  const headers = { ':method': 'GET', ':path': '/a', ':authority': 'A', cookie: 'a=1; b=2' };
  const raw = [':method', 'GET', ':path', '/a', ':authority', 'A', 'x', '1'];
  raw.push('cookie', 'a=1', 'host', 'a', 'x', '2', 'cookie', 'b=2');
  expect(requestHead(headers, raw)).toEqual({
    method: 'GET',
    target: '/a',
    fields: ['host', 'A', 'x', '1', 'cookie', 'a=1; b=2', 'x', '2'],
    protocol: null,
  });
});

test('A Host that names another stands beside the authority', () => {
  const headers = { ':method': 'GET', ':path': '/', ':authority': 'a' };
  expect(requestHead(headers, ['host', 'b']).fields).toEqual(['host', 'a', 'host', 'b']);
});

test('Only CONNECT has a protocol; without a path its target is the authority', () => {
  const connect = { ':method': 'CONNECT', ':authority': 'a:1' };
  expect(requestHead(connect, [])).toMatchObject({ target: 'a:1', protocol: null });
  const extended = { ...connect, ':path': '/chat', ':protocol': 'websocket' };
  expect(requestHead(extended, [])).toMatchObject({ target: '/chat', protocol: 'websocket' });
});
