import { isIP } from 'node:net';
import type { ClientRequest } from '../http/client-request.ts';
import type { Instance } from '../instance/instance.ts';

/**
 * Why a request may change nothing, with the remedy; null where it may. That it has shown the token, where there is one,
 * is known by then. Where clients connect anybody may be one, so that nothing is changed there without a token.
 */
export function refuseChange(
  { adminToken, settings }: Instance,
  client: Pick<ClientRequest, 'field'>,
): string | null {
  const [host, origin] = [client.field('host'), client.field('origin')];
  if (!adminToken.required && settings.adminPort === null) {
    return 'changes need a token or a listener of their own: start with --admin-token-file or --admin-port';
  }
  if (isCrossSite(host, origin, client.field('sec-fetch-site'))) {
    return 'a page of another site may change nothing here: use the command, or send no Origin and no Sec-Fetch-Site';
  }
  if (!adminToken.required && origin !== undefined && !isLocal(host)) {
    return 'without a token a browser may change nothing under a name that may be rebound: ask for the address, or set --admin-token-file';
  }
  return null;
}

/** A browser shows its user's password to whichever page asks: what comes from elsewhere is not the user's wish. */
function isCrossSite(
  host: string | undefined,
  origin: string | undefined,
  site: string | undefined,
): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true;
  if (origin === undefined) return false;
  return !URL.canParse(origin) || new URL(origin).host !== host;
}

/** No name server can lead here somebody who asks for these. */
function isLocal(host: string | undefined): boolean {
  const name = (host ?? '').replace(/:\d+$/, '');
  return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0;
}
