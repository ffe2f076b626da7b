import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A certificate with its key, as PEM, and what it says of itself. */
export interface Certificate {
  /** Where it stands; in messages and metrics. */
  readonly source: string;
  /** The certificate, and the intermediate ones behind it. */
  readonly cert: string;
  readonly key: string;
  /** DNS names in lower case, `*.example.com` among them, and IP addresses (RFC 5280 section 4.2.1.6). */
  readonly names: readonly string[];
  /** Instants in ms since 1970. */
  readonly validFrom: number;
  readonly expiresAt: number;
}

/** Reads a pair of files; throws an Error that says which one is wrong, and why. */
export function readCertificate(certFile: string, keyFile: string): Certificate {
  return certificateOf(certFile, read('--tls-cert', certFile), read('--tls-key', keyFile), keyFile);
}

/** Throws an Error where the two are no pair. `keySource` is for that message. */
export function certificateOf(
  source: string,
  cert: string,
  key: string,
  keySource: string,
): Certificate {
  const leaf = parse(`--tls-cert ${source}`, () => new X509Certificate(cert));
  const privateKey = parse(`--tls-key ${keySource}`, (): KeyObject => createPrivateKey(key));
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new Error(`--tls-key ${keySource}: it is not the key of the certificate in ${source}`);
  }
  return {
    ...{ source, cert, key },
    names: namesOf(leaf),
    validFrom: Date.parse(leaf.validFrom),
    expiresAt: Date.parse(leaf.validTo),
  };
}

/** Names are quoted only where they hold what no DNS name does: such ones no client asks for. */
function namesOf({ subjectAltName = '' }: X509Certificate): string[] {
  return subjectAltName.split(', ').flatMap((entry) => {
    const [, kind, value = ''] = /^(DNS|IP Address):([^"]+)$/.exec(entry) ?? [];
    if (kind === undefined) return [];
    return [value.toLowerCase()];
  });
}

/** Whether one of a certificate's names covers a host name; a wildcard stands for one label (RFC 9525 section 6.3). */
export function covers({ names }: Pick<Certificate, 'names'>, host: string): boolean {
  const name = host.toLowerCase();
  const dot = name.indexOf('.');
  return names.includes(name) || (dot > 0 && names.includes(`*${name.slice(dot)}`));
}

function read(flag: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${flag} ${file}: ${code === 'ENOENT' ? 'no such file' : message}`);
  }
}

function parse<Parsed>(what: string, make: () => Parsed): Parsed {
  try {
    return make();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`);
  }
}
