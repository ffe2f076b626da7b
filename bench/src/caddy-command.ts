import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Debian's Caddy on one core, as people set it before an upstream (`host:port`); it writes below `folder` alone. */
export function caddyCommand(folder: string, port: number, upstream: string): string[] {
  const file = join(folder, 'Caddyfile');
  writeFileSync(
    file,
    `{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
  reverse_proxy ${upstream}
}
`,
  );
  return [
    ...['env', `HOME=${folder}`, `XDG_DATA_HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`],
    ...['GOMAXPROCS=1', 'caddy', 'run', '--config', file, '--adapter', 'caddyfile'],
  ];
}
