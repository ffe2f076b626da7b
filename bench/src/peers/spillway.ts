import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CannotRun } from '../benchmark.ts';
import type { Peer } from './peer.ts';

const main = fileURLToPath(new URL('../../../apps/proxy/dist/main.js', import.meta.url));

/** This proxy as it is installed, all features on; the access log is off as the others have none. */
export const peer: Peer = {
  kind: 'command',
  command({ url, connections }, port) {
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
      ...['--pool-connections', limit, '--no-access-log'],
    ];
  },
};
