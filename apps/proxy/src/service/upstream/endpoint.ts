import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import {
  type HostTarget,
  schemeOf,
  type TargetUrl,
  type UnixTarget,
} from '../../config/target-url.ts';
import type { Destination } from './connect.ts';
import type { Resolver } from './resolver.ts';

/** One place for requests: what a target of the configuration comes to once its name is resolved. */
export interface Endpoint {
  /** What tells it from the others, and what users see: `http://a:80`, or `http://a:80 (10.0.0.1)` with --resolve all. */
  readonly name: string;
  readonly scheme: 'http' | 'https';
  /** Host and port, for the Host field when it is not the client's. */
  readonly authority: string;
  /** Goes before each request's path; mostly empty. */
  readonly base: string;
  readonly destination: Destination;
  /** Its share beside the others' weights. */
  readonly weight: number;
  /** The most requests it gets concurrently; Infinity: as many as the service lets through. */
  readonly limit: number;
  /** It gets requests only while none of a lower rank may be used (RFC 2782, priority). */
  readonly rank: number;
}

/** Makes destinations by the settings of one service. */
export class Destinations {
  readonly #settings: ProxyConfig;
  readonly #resolver: Resolver;
  #context: SecureContext | null = null;

  constructor(settings: ProxyConfig, resolver: Resolver) {
    this.#settings = settings;
    this.#resolver = resolver;
  }

  /** Reads what TLS needs, so that a file that is missing is told at the start and not under load. */
  prepare(targets: readonly TargetUrl[]): void {
    if (targets.some(({ secure }) => secure)) this.#context ??= this.#openContext();
  }

  /** `address`: the only one of its name's to connect to; null: any of them. */
  of(target: HostTarget | UnixTarget, address: string | null = null): Destination {
    const {
      targetInsecure: insecure,
      connectTimeoutMs: timeoutMs,
      maxHeaderSizeBytes: maxHeaderBytes,
      engine,
    } = this.#settings;
    if (target.kind === 'unix') {
      const { socketPath } = target;
      const addresses = this.#resolver.addressesOf(socketPath);
      return {
        hostname: socketPath,
        port: 0,
        addresses,
        tls: null,
        timeoutMs,
        maxHeaderBytes,
        engine,
      };
    }
    const { hostname, port } = target;
    if (target.secure) this.#context ??= this.#openContext();
    return {
      ...{ hostname, port, timeoutMs, maxHeaderBytes, engine },
      addresses: this.#resolver.addressesOf(address ?? hostname),
      tls: target.secure ? { context: this.#context as SecureContext, insecure } : null,
    };
  }

  #openContext(): SecureContext {
    const { targetCaFile: file } = this.#settings;
    // The usual ones include those of NODE_EXTRA_CA_CERTS and --use-system-ca.
    const ca = file === null ? undefined : [...getCACertificates(), readFileSync(file, 'utf8')];
    return createSecureContext(ca === undefined ? {} : { ca });
  }
}

/** What of an endpoint its target alone decides. */
export const placeOf = (target: HostTarget | UnixTarget) => ({
  scheme: schemeOf(target),
  authority: target.kind === 'unix' ? 'localhost' : target.authority,
  base: target.base,
});
