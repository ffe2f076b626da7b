import { webcrypto } from 'node:crypto';
import { hostname } from 'node:os';
import { type Certificate, certificateOf } from './certificate.ts';

const dayMs = 86_400_000;
const validDays = 90;

/** A certificate that nobody vouches for, for this machine; for trying TLS out. It and its key are kept nowhere. */
export async function makeSelfSigned(): Promise<Certificate> {
  // Loaded only here: nobody else needs what it brings along.
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const names = ['localhost', hostname().toLowerCase()].filter(isDnsName);
  const now = Date.now();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Spillway, OU=made for trying out',
      // A clock that is slow would take it for one of the future.
      notBefore: new Date(now - dayMs),
      notAfter: new Date(now + validDays * dayMs),
      signingAlgorithm: algorithm,
      keys: keys as never,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension([
          ...[...new Set(names)].map((value) => ({ type: 'dns' as const, value })),
          ...['127.0.0.1', '::1'].map((value) => ({ type: 'ip' as const, value })),
        ]),
      ],
    },
    webcrypto as never,
  );
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  const key = x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
  return certificateOf('self-signed', certificate.toString('pem'), key, 'self-signed');
}

const isDnsName = (name: string): boolean => /^[a-z\d]([a-z\d.-]*[a-z\d])?$/.test(name);
