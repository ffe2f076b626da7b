import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { OlderRequest } from './upgrade-request.ts';

interface Head {
  readonly method: string;
  readonly upgrade: string;
  readonly length?: string;
}

/** As the parser of an older Node leaves a request whose head wishes to upgrade. */
function wishing({ method, upgrade, length }: Head): OlderRequest {
  const request = new OlderRequest(new Socket());
  request.httpVersionMinor = 1;
  request.method = method;
  request.headers.upgrade = upgrade;
  if (length !== undefined) request.headers['content-length'] = length;
  request.upgrade = true;
  return request;
}

test.each([
  [{ method: 'GET', upgrade: 'websocket' }, true],
  [{ method: 'POST', upgrade: 'tcp' }, true],
  [{ method: 'POST', upgrade: 'SPDY/3.1', length: '0' }, true],
  [{ method: 'CONNECT', upgrade: '' }, true],
  [{ method: 'POST', upgrade: 'tcp', length: '2' }, false],
  [{ method: 'PUT', upgrade: 'tcp' }, false],
  [{ method: 'GET', upgrade: 'h2c' }, false],
  [{ method: 'GET', upgrade: 'websocket, tcp' }, false],
])('On older Node %o is an upgrade: %s; otherwise it is the last request', (head, is) => {
  const request = wishing(head);
  expect([request.upgrade, request.ignoresUpgrade]).toEqual([is, !is]);
});

test('On older Node a request without such a wish is no upgrade, and may be followed by others', () => {
  const request = new OlderRequest(new Socket());
  expect([request.upgrade, request.ignoresUpgrade]).toEqual([false, false]);
  request.upgrade = false;
  expect([request.upgrade, request.ignoresUpgrade]).toEqual([false, false]);
});
