import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Pinning } from '../../process/pin.ts';
import type { Session, Work } from '../scenario.ts';

/**
 * - `idle`: one request each, then silence
 * - `events`: streams of server-sent events
 * - `messages`: WebSockets, a message as soon as the one before is back
 */
export type ClientKind = 'idle' | 'events' | 'messages';

const main = fileURLToPath(new URL('./clients.ts', import.meta.url));

/** Connections that wrk can't make, in a process of their own; resolves once all of them are at work. */
export async function startClients(
  kind: ClientKind,
  connections: number,
  port: number,
  pins: Pinning,
): Promise<Session> {
  const [program = '', ...args] = pins.load([
    ...[process.execPath, main, kind],
    ...[String(connections), String(port)],
  ]);
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const died = ended.then(() => {
    throw new Error(`the clients (${kind}) ended before they were told to`);
  });
  died.catch(() => {});
  const answer = async () => (await Promise.race([once(child, 'message'), died]))[0];
  await answer();
  return {
    async measure(seconds) {
      child.send(seconds);
      return (await answer()) as Work;
    },
    async close() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
