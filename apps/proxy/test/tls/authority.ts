import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';

/** Certificate and key as files, as the flags take them. */
export interface IssuedFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

interface Request {
  readonly names?: readonly string[];
  readonly subject?: string;
  readonly days?: number;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority of one test; its files are gone when the test is over. */
export class Authority {
  readonly #folder = temporaryDirectory();
  readonly file = join(this.#folder, 'authority.pem');
  #issued = 0;

  constructor(name = 'authority') {
    this.#openssl(
      ...['req', '-x509', ...newKey, '-subj', `/CN=${name}`, '-days', '2'],
      ...['-keyout', 'authority.key', '-out', 'authority.pem'],
    );
  }

  get pem(): string {
    return readFileSync(this.file, 'utf8');
  }

  issue({ names = ['DNS:localhost'], subject = '/CN=localhost', days = 2 }: Request = {}) {
    this.#issued += 1;
    const [cert, key, asked] = ['pem', 'key', 'csr'].map((end) => `${this.#issued}.${end}`);
    this.#openssl('req', ...newKey, '-subj', subject, '-keyout', `${key}`, '-out', `${asked}`);
    writeFileSync(join(this.#folder, 'extensions'), `subjectAltName=${names.join(',')}`);
    this.#openssl(
      ...['x509', '-req', '-in', `${asked}`, '-CA', 'authority.pem', '-CAkey', 'authority.key'],
      ...['-CAcreateserial', '-days', String(days), '-extfile', 'extensions', '-out', `${cert}`],
    );
    return { certFile: join(this.#folder, `${cert}`), keyFile: join(this.#folder, `${key}`) };
  }

  #openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

/** The flags that name these certificates. */
export const tlsFlags = (...issued: readonly IssuedFiles[]) => ({
  '--tls-cert': issued.map(({ certFile }) => certFile),
  '--tls-key': issued.map(({ keyFile }) => keyFile),
});

/** Puts a certificate in the place of another, as tools that renew them do: each file in one step. */
export function replace(place: IssuedFiles, { certFile, keyFile }: IssuedFiles): void {
  for (const [from, to] of [
    [certFile, place.certFile],
    [keyFile, place.keyFile],
  ] as const) {
    writeFileSync(`${to}.new`, readFileSync(from));
    renameSync(`${to}.new`, to);
  }
}
