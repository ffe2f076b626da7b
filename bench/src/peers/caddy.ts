import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFolder } from './config-folder.ts';
import type { Peer } from './peer.ts';

/** Debian's Caddy on one core. */
export const peer: Peer = {
  kind: 'command',
  needs: 'caddy',
  command({ url }, port) {
    const folder = configFolder();
    const file = join(folder, 'Caddyfile');
    writeFileSync(
      file,
      `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  reverse_proxy ${new URL(url).host}
}
`,
    );
    return [
      ...['env', `HOME=${folder}`, `XDG_DATA_HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`],
      ...['GOMAXPROCS=1', 'caddy', 'run', '--config', file, '--adapter', 'caddyfile'],
    ];
  },
};
