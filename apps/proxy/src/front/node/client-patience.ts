import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { systemTime } from '../../system/system-time.ts';

/** node:http takes its limits as 32 bits. */
const longestMs = 2 ** 32 - 1;

/**
 * node:http measures clients' heads and idle connections by the native clock and judges from its timers, before it
 * reads what has come while the process stood still. Its limits are what we can reach.
 */
export function bearWithClients(server: Server): void {
  // Read anew at each of its looks (checkConnections in lib/_http_server.js).
  stretch(server, 'headersTimeout');
  stretch(server, 'requestTimeout');
  server.on('timeout', closeIfSilent);
}

function stretch(server: Server, name: 'headersTimeout' | 'requestTimeout'): void {
  const limitMs = server[name];
  if (limitMs === 0) return;
  const patience = new Patience(limitMs);
  Object.defineProperty(server, name, { get: () => patience.limitMs(), enumerable: true });
}

/** A limit by the native clock, longer by what a message that is within the limit may have lost to standstills. */
class Patience {
  readonly #limitMs: number;
  #lostMs = systemTime.lostMs;
  #extraMs = 0;
  #extraUntil = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  limitMs(): number {
    const now = systemTime.now();
    if (now >= this.#extraUntil) this.#extraMs = 0;
    const lostMs = systemTime.lostMs - this.#lostMs;
    if (lostMs > 0) {
      this.#lostMs += lostMs;
      this.#extraMs += lostMs;
      // By then all that began before is over or late.
      this.#extraUntil = now + this.#limitMs;
    }
    return Math.min(Math.ceil(this.#limitMs + this.#extraMs), longestMs);
  }
}

/** The client's next request may be here already, and unread. */
function closeIfSilent(socket: Socket): void {
  const { bytesRead } = socket;
  systemTime.afterIo(() => {
    if (socket.bytesRead === bytesRead) socket.destroy();
  });
}
