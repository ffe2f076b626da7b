const prefix = 'x-forwarded-';
const exact: ReadonlySet<string> = new Set([
  ...['forwarded', 'x-forwarded', 'x-real-ip'],
  // RFC 9440: what a proxy says of the certificate of its client.
  ...['client-cert', 'client-cert-chain'],
]);
const c = 'c'.charCodeAt(0);
const f = 'f'.charCodeAt(0);
const x = 'x'.charCodeAt(0);

/**
 * Whether a field, in lower case, says where a request comes from, or who its client is. Only a trusted proxy may set one: backends
 * believe them all (RFC 7239 section 8.1, RFC 9110 section 17.10).
 */
export function claimsOrigin(key: string): boolean {
  const first = key.charCodeAt(0);
  if (first !== x && first !== f && first !== c) return false;
  return key.startsWith(prefix) || exact.has(key);
}
