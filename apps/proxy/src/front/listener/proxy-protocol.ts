import { isIPv4, isIPv6 } from 'node:net';

/**
 * What the first bytes of a connection are, where its peer tells by the PROXY protocol (haproxy.org, proxy-protocol.txt,
 * versions 1 and 2) for whom it connects:
 * - `more`: the header is not complete
 * - `bad`: it is none
 * - `done`: it has `bytes` bytes; `source` null: the peer connects for itself (LOCAL, UNKNOWN)
 */
export type ProxyHeader =
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly reason: string }
  | { readonly kind: 'done'; readonly bytes: number; readonly source: string | null };

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const v1Start = Buffer.from('PROXY ', 'latin1');
/** A line of version 1 with its CRLF. */
const longestV1Bytes = 107;
/** Version 2 with more than this holds nothing that we need: addresses take at most 216, the rest are TLVs. */
export const longestV2Bytes = 4096;
const fixedV2Bytes = 16;

const more: ProxyHeader = { kind: 'more' };
const bad = (reason: string): ProxyHeader => ({ kind: 'bad', reason });

export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (beginsAs(bytes, signature)) {
    return bytes.length < fixedV2Bytes ? more : readV2(bytes);
  }
  if (beginsAs(bytes, v1Start)) return readV1(bytes);
  return bad('it does not begin with a PROXY protocol header');
}

/** As far as there are bytes. */
function beginsAs(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

function readV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, longestV1Bytes).indexOf('\r\n');
  if (end === -1) {
    return bytes.length < longestV1Bytes ? more : bad('its PROXY line has no end');
  }
  const [, family, source = '', target = '', ...ports] = bytes
    .toString('latin1', 0, end)
    .split(' ');
  const done = (address: string | null): ProxyHeader => ({
    ...{ kind: 'done', bytes: end + 2, source: address },
  });
  if (family === 'UNKNOWN') return done(null);
  const isAddress = family === 'TCP4' ? isIPv4 : family === 'TCP6' ? isIPv6 : null;
  const portsFit = ports.length === 2 && ports.every((port) => /^\d{1,5}$/.test(port));
  if (isAddress === null || !isAddress(source) || !isAddress(target) || !portsFit) {
    return bad('its PROXY line is malformed');
  }
  return done(source);
}

function readV2(bytes: Buffer): ProxyHeader {
  const versionAndCommand = bytes[12] as number;
  if (versionAndCommand >> 4 !== 2) return bad('its PROXY header has an unknown version');
  const command = versionAndCommand & 0x0f;
  if (command > 1) return bad('its PROXY header has an unknown command');
  const total = fixedV2Bytes + bytes.readUInt16BE(14);
  if (total > longestV2Bytes) return bad('its PROXY header is too long');
  if (bytes.length < total) return more;
  // LOCAL: the peer itself, as for a health check.
  if (command === 0) return { kind: 'done', bytes: total, source: null };
  const family = (bytes[13] as number) >> 4;
  const addresses = bytes.subarray(fixedV2Bytes, total);
  if (family === 1 && addresses.length >= 12) {
    return { kind: 'done', bytes: total, source: addresses.subarray(0, 4).join('.') };
  }
  if (family === 2 && addresses.length >= 36) {
    return { kind: 'done', bytes: total, source: ipv6Of(addresses.subarray(0, 16)) };
  }
  if (family === 1 || family === 2) return bad('its PROXY header has no room for its addresses');
  // Unspecified, or a Unix socket: there is no address to tell.
  return { kind: 'done', bytes: total, source: null };
}

/** In its usual spelling (RFC 5952). */
function ipv6Of(bytes: Buffer): string {
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(bytes.readUInt16BE(i).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
