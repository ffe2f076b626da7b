import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates } from 'node:tls';
import type { ProxyConfig } from '../cli/proxy-options.ts';
import type { Destination } from './connect.ts';
import type { Resolver } from './resolver.ts';

/** Where and how to connect to a target. */
export function destinationOf(url: URL, settings: ProxyConfig, resolver: Resolver): Destination {
  const secure = url.protocol === 'https:';
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  return {
    hostname,
    addresses: resolver.addressesOf(hostname),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    tls: secure
      ? {
          context: createSecureContext(authoritiesOf(settings.targetCaFile)),
          insecure: settings.targetInsecure,
        }
      : null,
    timeoutMs: settings.connectTimeoutMs,
    maxHeaderBytes: settings.maxHeaderSizeBytes,
    engine: settings.engine,
  };
}

/** The usual ones include those of NODE_EXTRA_CA_CERTS and --use-system-ca. */
const authoritiesOf = (file: string | null): { ca?: string[] } =>
  file === null ? {} : { ca: [...getCACertificates(), readFileSync(file, 'utf8')] };
