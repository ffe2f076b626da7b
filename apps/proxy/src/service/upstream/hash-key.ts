import type { HashBy } from '../../config/balance-kinds.ts';
import type { ClientRequest } from '../../http/client-request.ts';
import type { TrustedProxies } from '../../http/trusted-proxies.ts';

/** What a request is sent by to its target (`--hash-by`); null: it has nothing of the kind, and any will do. */
export function hashKeyOf(
  request: Pick<ClientRequest, 'field' | 'remoteAddress'>,
  hashBy: HashBy,
  trusted: TrustedProxies,
): string | null {
  switch (hashBy.by) {
    case 'address':
      return trusted.clientOf(request);
    case 'header': {
      const value = request.field(hashBy.name);
      return value === undefined || value === '' ? null : value;
    }
    case 'cookie':
      return cookieOf(request.field('cookie') ?? '', hashBy.name);
  }
}

/** The first cookie of that name (RFC 6265 section 4.2.1); names are told apart by case. */
function cookieOf(field: string, name: string): string | null {
  for (const pair of field.split(';')) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).trim() !== name) continue;
    const value = pair.slice(at + 1).trim();
    return value === '' ? null : value;
  }
  return null;
}
