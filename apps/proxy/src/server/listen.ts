import { type AddressInfo, Server } from 'node:net';

/** Which options say where; in messages. */
export interface ListenFlags {
  readonly host: string;
  readonly port: string;
}

/** A port that could not be had; `code` is node's (EADDRINUSE …). */
export class ListenError extends Error {
  readonly code: string;
  readonly host: string;
  readonly port: number;
  readonly flags: ListenFlags;

  constructor(cause: NodeJS.ErrnoException, host: string, port: number, flags: ListenFlags) {
    super(cause.message, { cause });
    this.code = cause.code ?? 'unknown';
    this.host = host;
    this.port = port;
    this.flags = flags;
  }
}

/** Connections that may wait to be accepted; the kernel takes fewer where net.core.somaxconn says so. */
const backlog = 4096;

/**
 * Resolves to the address once the server listens there, or on the inherited socket `fd`, which has its address
 * already; rejects with a ListenError.
 */
export function listen(
  server: Server,
  host: string,
  port: number,
  fd: number | null,
  flags: ListenFlags,
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(new ListenError(error, host, port, flags));
    server.once('error', onError);
    const onListening = () => {
      server.off('error', onError);
      const address = server.address();
      if (typeof address === 'object' && address !== null) {
        resolve(address);
        return;
      }
      server.close();
      onError(new Error(`descriptor ${fd} is no TCP socket`));
    };
    // With a descriptor node takes the backlog only as an argument of its own.
    if (fd === null) server.listen({ host, port, backlog }, onListening);
    else server.listen({ fd }, backlog, onListening);
  });
}

/** Descriptor of the listening socket; -1 where the platform has none. */
export const listeningFd = (server: Server): number =>
  (server as Server & { _handle?: { fd?: number } | null })._handle?.fd ?? -1;

/**
 * Accepts no more connections and leaves those alone that are there: node:http's own close ends the idle ones, and no
 * longer looks after clients that are too slow.
 */
export function stopAccepting(server: Server): void {
  Server.prototype.close.call(server);
}
