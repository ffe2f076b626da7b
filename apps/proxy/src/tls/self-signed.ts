import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { hostname } from 'node:os';
import { type Certificate, certificateOf } from './certificate.ts';
import {
  bitString,
  boolean,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  tagged,
  utcTime,
  utf8String,
} from './der.ts';

const dayMs = 86_400_000;
const validDays = 90;

/** Of RFC 5280 and RFC 5758. */
const oids = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** A certificate that nobody vouches for, for this machine; for trying TLS out. It and its key are kept nowhere. */
export function makeSelfSigned(now = Date.now(), host = hostname()): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectIdentifier(oids.ecdsaWithSha256));
  const name = sequence(
    set(sequence(objectIdentifier(oids.commonName), utf8String('Spillway, for trying out'))),
  );
  const names = [...new Set(['localhost', host.toLowerCase()])].filter(isDnsName);
  // The fields of RFC 5280 section 4.1, in their order.
  const content = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    name,
    // A clock that is slow would take it for one of the future.
    sequence(utcTime(now - dayMs), utcTime(now + validDays * dayMs)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions(names, ['127.0.0.1', '::1']))),
  );
  const signature = sign('sha256', content, privateKey);
  const der = sequence(content, algorithm, bitString(signature));
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return certificateOf('self-signed', pemOf(der), key, 'self-signed');
}

function extensions(dnsNames: readonly string[], addresses: readonly string[]): Buffer[] {
  const alternatives = [
    ...dnsNames.map((name) => tagged(2, Buffer.from(name), true)),
    ...addresses.map((address) => tagged(7, bytesOf(address), true)),
  ];
  return [
    extension(oids.subjectAltName, false, sequence(...alternatives)),
    // Who trusts it as an authority too can have it checked as any other.
    extension(oids.basicConstraints, true, sequence()),
    extension(oids.keyUsage, true, bitString(Buffer.from([0x80]), 7)),
    extension(oids.extendedKeyUsage, false, sequence(objectIdentifier(oids.serverAuth))),
  ];
}

const extension = (oid: string, critical: boolean, value: Buffer): Buffer =>
  sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));

/** Positive, and of no more than 20 bytes, without a zero in front. */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] as number) & 0x7f) | 0x40;
  return bytes;
}

/** Of ::1 and of IPv4 addresses. */
function bytesOf(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const loopback = Buffer.alloc(16);
  loopback[15] = 1;
  return loopback;
}

const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;

const isDnsName = (name: string): boolean => /^[a-z\d]([a-z\d.-]*[a-z\d])?$/.test(name);
