import { caddyCommand } from '../../caddy-command.ts';
import type { Contender } from './contender.ts';

export const caddy: Contender = {
  name: 'caddy',
  what: 'reverse_proxy',
  needs: ['caddy'],
  command: ({ upstreamPort, port, folder }) =>
    caddyCommand(folder, port, `127.0.0.1:${upstreamPort}`),
};
