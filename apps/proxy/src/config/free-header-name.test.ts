import { describe, expect, it } from 'vitest';
import { freeHeaderName } from './free-header-name.ts';
import { proxyOptions } from './proxy-options.ts';

const taken = [
  ...['Content-Length', 'content-type', 'Transfer-Encoding', 'Host', 'Connection', 'Keep-Alive'],
  ...['Via', 'TE', 'Trailer', 'Upgrade', 'Expect', 'Proxy', 'Proxy-Authorization'],
  ...['Proxy-Connection', 'Proxy-Status', 'X-Forwarded-For', 'X-Request-ID', 'HTTP2-Settings'],
  ...['Forwarded', 'X-Forwarded', 'X-Real-IP'],
];

describe('the name of a free header field', () => {
  it.each(taken)('is not %s', (name) => {
    expect(freeHeaderName().schema.safeParse(name).success).toBe(false);
    expect(freeHeaderName().explain?.(name)).toBe(
      `${name} has a meaning of its own in each message`,
    );
  });

  it.each(['X-Request-Timeout', 'grpc-timeout', 'contents', 'X-Proxy-Deadline'])(
    'may be %s',
    (name) => {
      expect(freeHeaderName().schema.parse(name)).toBe(name.toLowerCase());
    },
  );

  it.each(['', 'a b', 'ä'])('is not %j, which no field is called', (name) => {
    expect(freeHeaderName().schema.safeParse(name).success).toBe(false);
    expect(freeHeaderName().explain?.(name)).toBeNull();
  });

  it.each(['deadlineHeader', 'patienceHeaders', 'capacityHeader'] as const)(
    'is asked for by %s',
    (key) => {
      const { kind } = proxyOptions.options[key];
      expect(kind.schema.safeParse(kind.fromText('X-Free')).success).toBe(true);
      expect(kind.schema.safeParse(kind.fromText('Content-Length')).success).toBe(false);
    },
  );
});
