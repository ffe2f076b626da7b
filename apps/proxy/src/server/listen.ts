import type { AddressInfo, Server } from 'node:net';

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

/** Resolves to the address once the server listens there; rejects with a ListenError. */
export function listen(
  server: Server,
  host: string,
  port: number,
  flags: ListenFlags,
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(new ListenError(error, host, port, flags));
    server.once('error', onError);
    server.listen({ host, port, backlog: 4096 }, () => {
      server.off('error', onError);
      resolve(server.address() as AddressInfo);
    });
  });
}
