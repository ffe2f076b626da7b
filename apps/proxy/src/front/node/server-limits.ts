import type { ServerOptions } from 'node:http';
import type { ProxyConfig } from '../../config/proxy-options.ts';

/** What every listener holds against whoever connects: sizes, and patience with silence. */
export function serverLimits(config: ProxyConfig): ServerOptions {
  return {
    insecureHTTPParser: false,
    maxHeaderSize: config.maxHeaderSizeBytes,
    headersTimeout: config.clientHeaderTimeoutMs,
    keepAliveTimeout: config.clientIdleTimeoutMs,
    connectionsCheckingInterval: Math.min(5000, Math.max(50, config.clientHeaderTimeoutMs / 4)),
  };
}
