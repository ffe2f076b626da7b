import { fstatSync } from 'node:fs';

/** Descriptors of listening sockets that came with the process; null: it opens one itself. */
export interface InheritedSockets {
  readonly client: number | null;
  readonly admin: number | null;
}

export const noSockets: InheritedSockets = { client: null, admin: null };

/** In the environment of a successor: the process that started it, and whose sockets and limit it takes over. */
export const succeedsVariable = 'SUCCEEDS_PID';

export const socketNames = { client: 'spillway', admin: 'admin' } as const;

/** The first descriptor after standard input, output and error (SD_LISTEN_FDS_START in sd_listen_fds(3)). */
const firstFd = 3;

type Environment = Record<string, string | undefined>;

type Taken =
  | { readonly sockets: InheritedSockets; readonly succeeds: boolean }
  | { readonly fault: string };

/**
 * The sockets that systemd (sd_listen_fds(3)) or the process before us hands over. They are named by LISTEN_FDNAMES:
 * `admin`, and `spillway` or anything else for the clients' one. Takes the variables out of the environment, since
 * they are for this process alone.
 */
export function takeInheritedSockets(
  environment: Environment,
  { pid, ppid }: { readonly pid: number; readonly ppid: number },
): Taken {
  const succeeds = Number(environment[succeedsVariable]) === ppid;
  const forUs = succeeds || Number(environment.LISTEN_PID) === pid;
  const count = forUs ? Number(environment.LISTEN_FDS ?? 0) : 0;
  const names = (environment.LISTEN_FDNAMES ?? '').split(':');
  for (const name of [succeedsVariable, 'LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES']) {
    delete environment[name];
  }
  const sockets: { client: number | null; admin: number | null } = { client: null, admin: null };
  for (let i = 0; i < count; i++) {
    const fd = firstFd + i;
    const name = names[i] ?? '';
    const role = name === socketNames.admin ? 'admin' : 'client';
    const what = `descriptor ${fd} (${name === '' ? 'without a name' : name}) from LISTEN_FDS`;
    if (!isSocket(fd)) return { fault: `${what} is no socket: pass a listening TCP socket` };
    if (sockets[role] !== null) {
      const remedy = `name one of two sockets ${socketNames.admin} (FileDescriptorName= in systemd), and pass no others`;
      return { fault: `${what} is one too many for the ${role} listener: ${remedy}` };
    }
    sockets[role] = fd;
  }
  return { sockets, succeeds };
}

function isSocket(fd: number): boolean {
  try {
    return fstatSync(fd).isSocket();
  } catch {
    return false;
  }
}
