import type { ClientCertificate } from '../http/client-request.ts';

/**
 * What X-Forwarded-Client-Cert tells the upstream, in the words that Envoy gave it: `Hash=…;Subject="CN=…,O=…"`, the name
 * as RFC 2253 spells it.
 */
export function clientCertificateValue({ subject, fingerprint }: ClientCertificate): string {
  const name = subject.split('\n').reverse().join(',');
  const quoted = name.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, '?');
  // A field is bytes: those of UTF-8, one character each.
  return `Hash=${fingerprint};Subject="${Buffer.from(quoted).toString('latin1')}"`;
}
