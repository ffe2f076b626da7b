import { lstatSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, type Server } from 'node:net';

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

/**
 * Resolves once the server listens on a Unix socket; rejects with a ListenError. A socket that nobody listens on any
 * more, left behind by a process that was killed, is replaced.
 */
export async function listenOnUnixSocket(
  server: Server,
  path: string,
  mode: number,
): Promise<void> {
  if (await isLeftBehind(path)) rmSync(path);
  // From the first moment nobody may connect who must not later.
  const umask = process.umask(0o777 & ~mode);
  try {
    await new Promise<void>((resolve, reject) => {
      const flags = { host: '--unix-socket', port: '--unix-socket' };
      const onError = (error: Error) => reject(new ListenError(error, path, 0, flags));
      server.once('error', onError);
      server.listen({ path, backlog: 4096 }, () => {
        server.off('error', onError);
        resolve();
      });
      process.umask(umask);
    });
  } finally {
    process.umask(umask);
  }
}

/** A socket to which nobody answers. Anything else at its place is left alone. */
function isLeftBehind(path: string): Promise<boolean> {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isSocket()) return Promise.resolve(false);
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
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
