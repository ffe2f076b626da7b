import { constants, mkdir, open, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { promisify } from 'node:util';

const { O_WRONLY, O_APPEND, O_CREAT, O_NOCTTY, O_NONBLOCK } = constants;
const makeDirectory = promisify(mkdir);
const openFile = promisify(open);

/** Opens a log file for appending, with the directories above it. A named pipe needs its reader, or is refused. */
export async function openLogFile(path: string): Promise<number> {
  await makeDirectory(dirname(path), { recursive: true });
  return openFile(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY | O_NONBLOCK);
}

/**
 * A descriptor of standard output or error at which a write fails with EAGAIN rather than waits for a reader that
 * stalls.
 */
export function unblockedOutput(fd: 1 | 2): number {
  if (!isatty(fd)) {
    // Node has put a pipe or socket in non-blocking mode once its stream is there (uv_pipe_open in libuv).
    void (fd === 1 ? process.stdout : process.stderr);
    return fd;
  }
  try {
    // Node keeps terminals in blocking mode. Opening it again leaves those alone who share the descriptor.
    return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NOCTTY | O_NONBLOCK);
  } catch {
    // No Linux, or the terminal of somebody else: a thread waits while it is stopped, requests don't.
    return fd;
  }
}
