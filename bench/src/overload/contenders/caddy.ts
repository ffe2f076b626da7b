import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contender.ts';

export const caddy: Contender = {
  name: 'caddy',
  what: 'reverse_proxy',
  needs: ['caddy'],
  command: ({ upstreamPort, port, folder }) => {
    const file = join(folder, 'Caddyfile');
    writeFileSync(
      file,
      `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  reverse_proxy 127.0.0.1:${upstreamPort}
}
`,
    );
    return [
      ...['env', `HOME=${folder}`, `XDG_DATA_HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`],
      ...['GOMAXPROCS=1', 'caddy', 'run', '--config', file, '--adapter', 'caddyfile'],
    ];
  },
};
