import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../kit/waiting-line.ts';

/** As `listen` of the kernel has it: one more than that many connections wait to be accepted. */
const backlog = 1;

const source = `
const server = require('node:http').createServer((_request, response) => response.end('well'));
server.listen({ host: '127.0.0.1', port: 0, backlog: ${backlog} }, () => {
  process.stdout.write(server.address().port + '\\n');
});`;

/**
 * A server that is stopped, with its accept queue full: Linux drops what asks for one connection more,
 * so that connecting hangs as it does behind a firewall.
 */
export class FullBacklog {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #waiting: readonly Socket[];

  private constructor(url: string, child: ChildProcess, waiting: readonly Socket[]) {
    this.url = url;
    this.#child = child;
    this.#waiting = waiting;
  }

  /** Ended when the test is over. */
  static async start(): Promise<FullBacklog> {
    const child = spawn(process.execPath, ['--eval', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'exit');
    onTestFinished(async () => {
      child.kill('SIGKILL');
      await ended;
    });
    const [line] = await once(child.stdout, 'data');
    const port = Number(line);
    child.kill('SIGSTOP');
    const waiting = await fill(port);
    return new FullBacklog(`http://127.0.0.1:${port}`, child, waiting);
  }

  /** Accepts and answers from here on. */
  goOn(): void {
    for (const socket of this.#waiting) socket.destroy();
    this.#child.kill('SIGCONT');
  }
}

/** More than find a place, so that none is left whatever else the kernel lets in. */
async function fill(port: number): Promise<Socket[]> {
  let connected = 0;
  const sockets = Array.from({ length: 4 * (backlog + 1) }, () =>
    connect(port, '127.0.0.1', () => {
      connected += 1;
    }).on('error', () => {}),
  );
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
  });
  await eventually(() => expect(connected).toBeGreaterThan(backlog));
  return sockets;
}
