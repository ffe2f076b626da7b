import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import type { Instance } from '../instance/instance.ts';

type Fields = Pick<IncomingHttpHeaders, 'host' | 'origin' | 'sec-fetch-site'>;

/**
 * Why a request may change nothing, with the remedy; null where it may. That it has shown the token, where there is one,
 * is known by then. Where clients connect anybody may be one, so that nothing is changed there without a token.
 */
export function refuseChange({ adminToken, settings }: Instance, fields: Fields): string | null {
  if (!adminToken.required && settings.adminPort === null) {
    return 'changes need a token or a listener of their own: start with --admin-token-file or --admin-port';
  }
  if (isCrossSite(fields)) {
    return 'a page of another site may change nothing here: use the command, or send no Origin and no Sec-Fetch-Site';
  }
  if (!adminToken.required && fields.origin !== undefined && !isLocal(fields.host)) {
    return 'without a token a browser may change nothing under a name that may be rebound: ask for the address, or set --admin-token-file';
  }
  return null;
}

/** A browser shows its user's password to whichever page asks: what comes from elsewhere is not the user's wish. */
function isCrossSite({ host, origin, 'sec-fetch-site': site }: Fields): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** No name server can lead here somebody who asks for these. */
function isLocal(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '');
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}
