import { execFile } from 'node:child_process';

/**
 * Tells systemd that this process serves and is the service's main one (sd_notify(3)). Node has no datagram sockets
 * in the file system, so systemd's own command says it; the unit needs NotifyAccess=all for that. Resolves to what went
 * wrong, or to null. Nothing to do where NOTIFY_SOCKET is not set.
 */
export function notifySystemd(environment: NodeJS.ProcessEnv, pid: number): Promise<string | null> {
  if (environment.NOTIFY_SOCKET === undefined) return Promise.resolve(null);
  return new Promise((resolve) => {
    execFile('systemd-notify', [`MAINPID=${pid}`, 'READY=1'], (error, _stdout, stderr) => {
      resolve(error === null ? null : stderr.trim() || error.message);
    });
  });
}
