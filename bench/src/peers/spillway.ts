import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotRun } from '../benchmark.ts';
import { configFolder } from './config-folder.ts';
import type { Peer, PeerTarget } from './peer.ts';

const main = fileURLToPath(new URL('../../../apps/proxy/dist/main.js', import.meta.url));

/** This proxy as it is installed, all features on; the access log is off as the others have none. */
export const peer: Peer = {
  kind: 'command',
  command: (target, port) => [...proxyCommand(target, port), '--no-access-log'],
};

/** The same with each engine, whichever is the default. */
export const enginePeer = (engine: 'lean' | 'node'): Peer => ({
  kind: 'command',
  command: (target, port) => [...proxyCommand(target, port), '--no-access-log', '--engine', engine],
});

/** The same with the access log in a file: what a line a request costs. */
export const loggingPeer = (engine: 'lean' | 'node'): Peer => ({
  kind: 'command',
  command: (target, port) => [
    ...proxyCommand(target, port),
    ...['--log-file', join(configFolder(), 'access.log'), '--engine', engine],
  ],
});

function proxyCommand({ url, connections }: PeerTarget, port: number): string[] {
  if (!existsSync(main)) {
    throw new CannotRun('apps/proxy is not built: turbo run build --filter=@spillway/proxy');
  }
  const limit = String(Math.max(connections, 50));
  return [
    process.execPath,
    main,
    'start',
    ...['--target', url, '--host', '127.0.0.1', '--port', String(port)],
    ...['--max-concurrent-requests', limit, '--pool-maxsize', limit],
    ...['--pool-connections', limit],
  ];
}
