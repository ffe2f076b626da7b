import type { IncomingMessage, ServerResponse } from 'node:http';
import type { StagedCloses } from '../front/staged-close.ts';
import { isAuthority } from '../http/request-target.ts';
import type { Instance } from '../instance/instance.ts';
import { listen } from './listen.ts';
import type { Front } from './open-front.ts';
import { createSideServer } from './side-server.ts';

/** Where plain HTTP is sent to https. */
export interface RedirectListener {
  readonly host: string;
  readonly port: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Null without --http-redirect-port. It forwards nothing: plain HTTP learns there where https is. */
export async function startRedirectListener(
  instance: Instance,
  closes: StagedCloses,
  front: Front,
): Promise<RedirectListener | null> {
  const { host, httpRedirectPort } = instance.settings;
  const secure = front.listeners.find(({ settings, port }) => settings.tls && port !== null);
  if (httpRedirectPort === null || secure === undefined) return null;
  const { server, close } = createSideServer(instance, closes, (request, client) => {
    redirect(request, client, secure.port as number);
  });
  const flags = { host: '--host', port: '--http-redirect-port' };
  const { address, port } = await listen(server, host, httpRedirectPort, null, flags);
  return {
    host: address,
    port,
    close,
  };
}

/** 308 keeps method and content (RFC 9110 section 15.4.9). */
function redirect(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { host = '' } = request.headers;
  const target = request.url ?? '';
  response.shouldKeepAlive = false;
  // Whoever is told to go elsewhere must know where: another's Host would send it to another's host.
  if (!isAuthority(host) || !target.startsWith('/')) {
    response.writeHead(400, { 'content-length': 0 }).end();
    return;
  }
  const name = host.replace(/:\d*$/, '');
  const authority = port === 443 ? name : `${name}:${port}`;
  const location = `https://${authority}${target}`;
  response.writeHead(308, { location, 'content-length': 0 }).end();
}
