/** Where a request-target points once its form is set aside (RFC 9112 section 3.2). */
export interface RequestTarget {
  /** Path and query, byte for byte; `*` for OPTIONS *. */
  readonly path: string;
  /** The authority of an absolute-form target, which outranks the Host field; null otherwise. */
  readonly authority: string | null;
}

/** Origin-form, absolute-form and asterisk-form; null for what is none of these. */
export function parseRequestTarget(method: string, target: string): RequestTarget | null {
  if (target.includes('#')) return null;
  if (target.startsWith('/')) return { path: target, authority: null };
  if (target === '*') return method === 'OPTIONS' ? { path: '*', authority: null } : null;
  return parseAbsoluteForm(method, target);
}

/** Path and query in whichever form the target comes; empty where it has none. No URL object: it throws. */
export const pathOf = (target: string): string =>
  target.startsWith('/') ? target : (parseRequestTarget('GET', target)?.path ?? '');

function parseAbsoluteForm(method: string, target: string): RequestTarget | null {
  const scheme = /^https?:\/\//i.exec(target)?.[0];
  if (scheme === undefined) return null;
  const rest = target.slice(scheme.length);
  const end = rest.search(/[/?]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  if (!isAuthority(authority)) return null;

  const pathAndQuery = end === -1 ? '' : rest.slice(end);
  if (pathAndQuery === '') return { path: method === 'OPTIONS' ? '*' : '/', authority };
  return { path: pathAndQuery.startsWith('/') ? pathAndQuery : `/${pathAndQuery}`, authority };
}

const regName = /^(?:[\w.~!$&'()*+;=%-]+|\[[\da-f:.]+\])(?::\d*)?$/i;

/** Host and optional port (RFC 3986 section 3.2), without userinfo. */
export const isAuthority = (text: string): boolean => regName.test(text);
