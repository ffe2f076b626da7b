import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A server in a process of its own. */
export interface Child {
  name: string;
  pid: number;
  port: number;
  stop(): Promise<void>;
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

async function isOpen(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  return new Promise((resolve) => {
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

/** Starts a command and waits until it takes connections; rejects with what it wrote when it ends instead. */
export async function startChild(name: string, command: string[], port: number): Promise<Child> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  running.add(child);
  const ended = once(child, 'close').then(() => running.delete(child));
  const deadline = Date.now() + 15_000;
  while (!(await isOpen(port))) {
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${name} does not listen on port ${port}:\n${output.trim()}`);
    }
    await delay(50);
  }
  return {
    name,
    // taskset replaces itself by the program, so this is the program's own id.
    pid: child.pid!,
    port,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
