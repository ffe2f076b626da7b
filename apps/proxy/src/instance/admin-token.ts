import { createHash, timingSafeEqual } from 'node:crypto';
import { readTokenFile } from '@spillway/options';
import type { ProxyConfig } from '../config/proxy-options.ts';

/** What the own endpoints ask for (`--admin-token`, `--admin-token-file`); without either they are open. */
export class AdminToken {
  readonly #file: string | null;
  #digest: Buffer | null;

  /** Throws what is wrong with the file. */
  constructor({ adminToken, adminTokenFile }: Pick<ProxyConfig, 'adminToken' | 'adminTokenFile'>) {
    this.#file = adminTokenFile;
    const token = adminTokenFile === null ? adminToken : readTokenFile(adminTokenFile);
    this.#digest = token === null ? null : digestOf(token);
  }

  get required(): boolean {
    return this.#digest !== null;
  }

  /** Reads the file again, false without one. What is wrong with it is thrown, and the old token stays. */
  reload(): boolean {
    if (this.#file === null) return false;
    this.#digest = digestOf(readTokenFile(this.#file));
    return true;
  }

  /** Whether a request with this Authorization field may look. */
  admits(authorization: string | undefined): boolean {
    if (this.#digest === null) return true;
    const given = authorization === undefined ? null : tokenIn(authorization);
    // Digests are of one length, and tell nothing of where the texts differ.
    return given !== null && timingSafeEqual(digestOf(given), this.#digest);
  }
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Bearer (RFC 6750), or the password of Basic (RFC 7617), which is what a browser asks its user for. */
function tokenIn(authorization: string): string | null {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(authorization) ?? [];
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return credentials;
    case 'basic':
      return /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString())?.[1] ?? null;
    default:
      return null;
  }
}
