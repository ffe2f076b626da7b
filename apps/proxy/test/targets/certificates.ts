import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';

/** Whether openssl is on this machine: tests of certificates are skipped where not. */
export const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

/** A certificate authority, and what it has issued. */
export interface Issued {
  readonly authorityFile: string;
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** Each call makes an authority of its own; its files are gone when the test is over. */
export function issueCertificate(subject = 'DNS:localhost'): Issued {
  const folder = temporaryDirectory();
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=authority', '-days', '2'],
    ...['-keyout', 'authority.key', '-out', 'authority.pem'],
  );
  openssl('req', ...newKey, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'request.pem');
  writeFileSync(join(folder, 'names'), `subjectAltName=${subject}`);
  openssl(
    ...['x509', '-req', '-in', 'request.pem', '-CA', 'authority.pem', '-CAkey', 'authority.key'],
    ...['-CAcreateserial', '-days', '2', '-extfile', 'names', '-out', 'cert.pem'],
  );
  return {
    authorityFile: join(folder, 'authority.pem'),
    key: readFileSync(join(folder, 'key.pem')),
    cert: readFileSync(join(folder, 'cert.pem')),
  };
}
