import { isBodyless } from '../front/node/upgrade-request.ts';
import type { StagedCloses } from '../front/staged-close.ts';
import type { Instance } from '../instance/instance.ts';
import { answerOwn } from '../own/own-paths.ts';
import { listen, listeningFd, stopAccepting } from './listen.ts';
import { createSideServer } from './side-server.ts';

/** Where the proxy's own endpoints answer with --admin-port. */
export interface AdminListener {
  readonly host: string;
  readonly port: number;
  readonly fd: number;
  /** Connections that are there stay until their next response. */
  stopAccepting(): void;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/** Null without --admin-port. What comes here is no client's request, and is never counted as one. */
export async function startAdminListener(
  instance: Instance,
  closes: StagedCloses,
  inheritedFd: number | null,
): Promise<AdminListener | null> {
  const { adminHost, adminPort } = instance.settings;
  if (adminPort === null) return null;
  const { server, close } = createSideServer(instance, closes, (request, client) => {
    // A body is not waited for: what comes of it must not be taken for the next request.
    if (!isBodyless(request) || instance.leaving) client.closeAfterwards();
    answerOwn(instance, client);
  });
  const flags = { host: '--admin-host', port: '--admin-port' };
  const { address, port } = await listen(server, adminHost, adminPort, inheritedFd, flags);
  return {
    host: address,
    port,
    fd: listeningFd(server),
    stopAccepting: () => stopAccepting(server),
    close,
  };
}
