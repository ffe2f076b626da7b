import type { Flags } from '../config-from-flags.ts';
import { RawUpstream } from '../raw-upstream.ts';
import { startGateway, type TestGateway } from '../test-gateway.ts';
import { Http2Wire } from './http2-wire.ts';

export interface Http2Case {
  readonly upstream: RawUpstream;
  readonly proxy: TestGateway;
  readonly wire: Http2Wire;
}

/** One upstream, the proxy before it, and a connected client that speaks HTTP/2 in the clear. */
export async function setUpHttp2(
  flags: Flags = {},
  settings: readonly (readonly [number, number])[] = [],
): Promise<Http2Case> {
  const upstream = await RawUpstream.start();
  const proxy = await startGateway({ '--target': upstream.origin, '--h2c': true, ...flags });
  return { upstream, proxy, wire: await Http2Wire.connect(proxy.port, settings) };
}
