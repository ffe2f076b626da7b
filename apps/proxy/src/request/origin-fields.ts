const prefix = 'x-forwarded-';
const exact: ReadonlySet<string> = new Set(['forwarded', 'x-forwarded', 'x-real-ip']);
const f = 'f'.charCodeAt(0);
const x = 'x'.charCodeAt(0);

/**
 * Whether a field, in lower case, says where a request comes from. Only a trusted proxy may set one: backends
 * believe them all (RFC 7239 section 8.1, RFC 9110 section 17.10).
 */
export function claimsOrigin(key: string): boolean {
  const first = key.charCodeAt(0);
  return (first === x || first === f) && (key.startsWith(prefix) || exact.has(key));
}
