import { afterAll, beforeAll, expect, test } from 'vitest';
import { ok } from '../kit/cases.ts';
import { flags, frame } from '../kit/http2/frames.ts';
import { get, Http2Wire } from '../kit/http2/http2-wire.ts';
import { RawUpstream } from '../kit/raw-upstream.ts';
import { TestGateway } from '../kit/test-gateway.ts';
import { wireCases } from './wire-cases.ts';

let upstream: RawUpstream;
let proxy: TestGateway;

beforeAll(async () => {
  upstream = await RawUpstream.open();
  // Nobody answers /hang: what becomes of its stream is the client's doing alone.
  upstream.respond(({ target }) => (target === '/hang' ? undefined : ok('fine')));
  proxy = await TestGateway.open({ '--target': upstream.origin, '--h2c': true });
});

afterAll(async () => {
  await proxy.nothingLeft();
  await proxy.close();
  await upstream.close();
});

/** What an upstream may get of all these requests. */
const known = new Set([
  ...['host', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'via', 'x-request-id'],
  ...['connection', 'content-length', 'transfer-encoding'],
]);

test.each(wireCases)('RFC 9113 $name ends with $ends', async ({ bytes, ends, bare }) => {
  const wire = bare ? await Http2Wire.dial(proxy.port) : await Http2Wire.connect(proxy.port);
  await wire.send(...bytes);
  const [what, code = ''] = ends.split(' ');
  if (what === 'closed') {
    await wire.ended();
  } else if (what === 'connection') {
    expect(await wire.ended()).toBe(code);
  } else if (what === 'ignored') {
    await wire.alive();
  } else if (what === 'dropped') {
    expect((await wire.response(1)).status).toBe(200);
    const names = upstream.requests.flatMap(({ fields }) => fields.map(([name]) => name));
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  } else if (what === 'status') {
    expect((await wire.response(1)).status).toBe(Number(code));
    await wire.alive();
  } else {
    const reset = await wire.reset(1);
    expect(what === 'either' ? reset.replace('GOAWAY ', '') : reset).toBe(code);
    if (reset === code) await wire.alive();
  }
  wire.raw.destroy();
  const other = await Http2Wire.connect(proxy.port);
  await other.headers(1, get());
  expect((await other.response(1)).content).toBe('fine');
  other.raw.destroy();
});

test('RFC 9113 6.5.3: SETTINGS are acknowledged', async () => {
  const wire = await Http2Wire.connect(proxy.port);
  await wire.sees(() => wire.has('settings', flags.ack), 'the acknowledgement');
});

test('RFC 9113 6.7: PING is answered with its content', async () => {
  const wire = await Http2Wire.connect(proxy.port);
  await wire.send(frame('ping', 0, 0, 'abcdefgh'));
  await wire.sees(() => wire.has('ping'), 'PING');
  const pings = wire.frames.filter(({ type }) => type === 'ping');
  expect(pings.map(({ flags: bits, payload }) => [bits, payload.toString()])).toEqual([
    [flags.ack, 'abcdefgh'],
  ]);
});
