import { constants, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { ProxyConfig } from '../config/proxy-options.ts';
import { type Certificate, readCertificate } from './certificate.ts';

export type TlsSettings = Pick<
  ProxyConfig,
  'tlsCertFiles' | 'tlsKeyFiles' | 'tlsMinVersion' | 'tlsClientCaFile' | 'tlsClientAuth'
>;

/**
 * What every current client speaks: AEAD ciphers with forward secrecy (RFC 9325 section 4.2). The client chooses, since
 * it knows whether it has hardware for AES.
 */
const ciphers = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
  ...['ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305'],
].join(':');

/** Everything that one set of files makes, put in force together. */
interface Loaded {
  readonly certificates: readonly Certificate[];
  readonly options: SecureContextOptions;
  /** By name; those of wildcards without their `*`. */
  readonly exact: ReadonlyMap<string, SecureContext>;
  readonly wildcards: ReadonlyMap<string, SecureContext>;
}

/** The certificates in force, and the one for each name. Sockets that are connected keep what they began with. */
export class CertificateStore {
  #settings: TlsSettings;
  /** Instead of files (`--tls self-signed`). */
  readonly #selfSigned: Certificate | null;
  #loaded: Loaded;
  /** Other ones are in force. */
  onChanged: (() => void) | null = null;

  /** Throws an Error that says what is wrong with the files. */
  constructor(settings: TlsSettings, selfSigned: Certificate | null = null) {
    this.#settings = settings;
    this.#selfSigned = selfSigned;
    this.#loaded = load(settings, selfSigned);
  }

  get certificates(): readonly Certificate[] {
    return this.#loaded.certificates;
  }

  /** For clients that ask for no name of ours: the first certificate. */
  get defaultOptions(): SecureContextOptions {
    return this.#loaded.options;
  }

  get settings(): TlsSettings {
    return this.#settings;
  }

  /** Null: the default. */
  contextFor(serverName: string): SecureContext | null {
    const { exact, wildcards } = this.#loaded;
    const name = serverName.toLowerCase();
    const dot = name.indexOf('.');
    return exact.get(name) ?? (dot < 0 ? null : (wildcards.get(name.slice(dot)) ?? null));
  }

  /** The files that are read. */
  get files(): readonly string[] {
    const { tlsCertFiles, tlsKeyFiles, tlsClientCaFile } = this.#settings;
    return [
      ...tlsCertFiles,
      ...tlsKeyFiles,
      ...(tlsClientCaFile === null ? [] : [tlsClientCaFile]),
    ];
  }

  /** Other settings, or the same files anew. What is wrong is thrown, and what was in force stays. */
  apply(settings: TlsSettings): void {
    // Whether there is TLS at all is decided with the listeners, at the next start.
    if (this.#selfSigned === null && settings.tlsCertFiles.length === 0) return;
    this.#loaded = load(settings, this.#selfSigned);
    this.#settings = settings;
    this.onChanged?.();
  }
}

function load(settings: TlsSettings, selfSigned: Certificate | null): Loaded {
  const certificates = selfSigned === null ? readAll(settings) : [selfSigned];
  const [first] = certificates;
  if (first === undefined) throw new Error('TLS needs --tls-cert and --tls-key');
  const common = commonOptions(settings);
  const exact = new Map<string, SecureContext>();
  const wildcards = new Map<string, SecureContext>();
  for (const certificate of certificates) {
    const context = createSecureContext({ ...common, ...pemOf(certificate) });
    for (const name of certificate.names) {
      const [names, key] = name.startsWith('*.') ? [wildcards, name.slice(1)] : [exact, name];
      // Of two for one name the first one counts.
      if (!names.has(key)) names.set(key, context);
    }
  }
  return { certificates, options: { ...common, ...pemOf(first) }, exact, wildcards };
}

const readAll = ({ tlsCertFiles, tlsKeyFiles }: TlsSettings): Certificate[] =>
  tlsCertFiles.map((certFile, i) => readCertificate(certFile, tlsKeyFiles[i] as string));

const pemOf = ({ cert, key }: Certificate) => ({ cert, key });

function commonOptions({ tlsMinVersion, tlsClientCaFile }: TlsSettings): SecureContextOptions {
  const ca = tlsClientCaFile === null ? {} : { ca: readAuthorities(tlsClientCaFile) };
  return {
    ...ca,
    ciphers,
    honorCipherOrder: false,
    minVersion: `TLSv${tlsMinVersion}`,
    // It costs the server more than the client, and no HTTP needs it (RFC 9113 section 9.2.1).
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
    // The same for all, so that a session goes on where a client asks for another name.
    sessionIdContext: 'spillway',
  };
}

/** Throws where the file holds no certificate: nobody would be let in, and nobody would know why. */
function readAuthorities(file: string): string {
  try {
    const pem = readFileSync(file, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : message;
    throw new Error(`--tls-client-ca ${file}: ${reason}`);
  }
}
