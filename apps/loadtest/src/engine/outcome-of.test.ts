import { errors } from 'undici';
import { expect, it } from 'vitest';
import { outcomeOfFailure, outcomeOfStatus, type Progress } from './outcome-of.ts';

const coded = (code: string) => Object.assign(new Error(code), { code });
const parser = (message: string) => new errors.HTTPParserError(message);

it.each([
  [200, 'ok'],
  [204, 'ok'],
  [304, 'ok'],
  [399, 'ok'],
  [400, 'status'],
  [429, 'status'],
  [503, 'status'],
])('a status of %i is %s', (status, outcome) => {
  expect(outcomeOfStatus(status)).toBe(outcome);
});

it.each<[Error | null, Progress, string]>([
  [coded('ECONNREFUSED'), 'connecting', 'refused'],
  [coded('ENOTFOUND'), 'connecting', 'refused'],
  [coded('EHOSTUNREACH'), 'connecting', 'refused'],
  [coded('EADDRNOTAVAIL'), 'connecting', 'local'],
  [coded('EMFILE'), 'connecting', 'local'],
  [coded('ENOBUFS'), 'waiting', 'local'],
  [coded('ETIMEDOUT'), 'connecting', 'timeout'],
  [new errors.ConnectTimeoutError('late'), 'connecting', 'timeout'],
  [coded('ECONNRESET'), 'connecting', 'reset'],
  [coded('EPROTO'), 'connecting', 'protocol_error'],
  [null, 'waiting', 'reset'],
  [coded('ECONNRESET'), 'waiting', 'reset'],
  [coded('EPIPE'), 'waiting', 'reset'],
  [new errors.SocketError('other side closed'), 'waiting', 'reset'],
  [new errors.SocketError('bad response'), 'waiting', 'protocol_error'],
  [new errors.HeadersOverflowError(), 'waiting', 'protocol_error'],
  [parser('Expected HTTP/'), 'waiting', 'protocol_error'],
  [parser('Invalid character in chunk size'), 'receiving', 'protocol_error'],
  [parser('(Invalid EOF state)'), 'receiving', 'truncated'],
  [new errors.ResponseContentLengthMismatchError(), 'receiving', 'truncated'],
  [coded('ECONNRESET'), 'receiving', 'truncated'],
  [null, 'receiving', 'truncated'],
])('%s while %s is %s', (error, progress, outcome) => {
  expect(outcomeOfFailure(error, progress)).toBe(outcome);
});
