const dot = 0x2e;

/**
 * The host of a Host field or an authority as routes compare it: in lower case, without port and without the dot
 * that ends a fully qualified name. An IPv6 address keeps its brackets and is written in the one canonical way
 * (RFC 5952). Empty where there is none.
 */
export function hostNameOf(authority: string): string {
  if (authority.startsWith('[')) return addressOf(authority);
  const colon = authority.indexOf(':');
  let end = colon < 0 ? authority.length : colon;
  if (authority.charCodeAt(end - 1) === dot) end -= 1;
  return authority.slice(0, end).toLowerCase();
}

function addressOf(authority: string): string {
  const text = authority.slice(0, authority.indexOf(']') + 1).toLowerCase();
  return URL.parse(`http://${text}`)?.hostname ?? text;
}
