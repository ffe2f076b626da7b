import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configFolder } from './config-folder.ts';
import type { Peer } from './peer.ts';

/** Debian's HAProxy on one thread, connections kept on both sides. */
export const peer: Peer = {
  kind: 'command',
  needs: 'haproxy',
  command({ url }, port) {
    const file = join(configFolder(), 'haproxy.cfg');
    writeFileSync(
      file,
      `global
  maxconn 9000
  nbthread 1
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 60s
  option forwardfor
frontend all
  bind 127.0.0.1:${port}
  default_backend upstream
backend upstream
  http-reuse always
  server one ${new URL(url).host}
`,
    );
    return ['haproxy', '-db', '-f', file];
  },
};
