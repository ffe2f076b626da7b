import { fileURLToPath } from 'node:url';
import type { Contender, ContenderTarget } from './contender.ts';

const main = fileURLToPath(new URL('../../../../apps/proxy/dist/main.js', import.meta.url));

/** This proxy as it is installed; the access log is off as the others have none. */
const spillway = (name: string, what: string, limit: readonly string[]): Contender => ({
  name,
  what,
  needs: [],
  command: ({ upstreamPort, port, scenario }: ContenderTarget) => [
    process.execPath,
    main,
    'start',
    ...['--target', `http://127.0.0.1:${upstreamPort}`],
    ...['--host', '127.0.0.1', '--port', String(port), '--no-access-log'],
    ...['--circuit-breaker-timeout', '2s', ...limit],
    // What clients of all others know only by leaving, these say.
    ...[
      '--request-timeout',
      `${Math.max(...scenario.groups.map(({ patienceMs }) => patienceMs))}ms`,
    ],
    ...(scenario.spillway ?? []),
  ],
});

/** As an operator sets it who knows the backend's twenty workers. */
export const byHand = spillway('spillway', '--max-concurrent-requests 20', [
  ...['--max-concurrent-requests', '20'],
]);

export const auto = spillway('spillway auto', '--max-concurrent-requests auto', [
  ...['--max-concurrent-requests', 'auto'],
]);
