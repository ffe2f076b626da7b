import type { Server } from 'node:net';
import type { Instance } from '../instance/instance.ts';
import { shortageOf } from '../system/shortage.ts';

/**
 * An error of a server that listens would end the process if nobody heard it. libuv drops what it has no
 * descriptor for by itself; connections of idle clients are closed to make room for the next.
 */
export function outliveAcceptErrors(
  server: Server & { closeIdleConnections(): void },
  instance: Instance,
): void {
  server.on('error', (error) => {
    if (!server.listening) return;
    const shortage = shortageOf(error);
    if (shortage !== null) instance.metrics.shortages.add(shortage);
    instance.events.emit('accept_failed', error);
    server.closeIdleConnections();
  });
}
