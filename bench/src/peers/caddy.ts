import { caddyCommand } from '../caddy-command.ts';
import { configFolder } from './config-folder.ts';
import type { Peer } from './peer.ts';

/** Debian's Caddy on one core. */
export const peer: Peer = {
  kind: 'command',
  needs: 'caddy',
  command: ({ url }, port) => caddyCommand(configFolder(), port, new URL(url).host),
};
