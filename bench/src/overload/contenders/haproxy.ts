import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Contender } from './contender.ts';

/** HAProxy with a limit before the backend and a bounded wait, one thread as the others have. */
const haproxy = (name: string, queueTimeout: string, retries: number): Contender => ({
  name,
  what: `maxconn 20, timeout queue ${queueTimeout}${retries > 0 ? `, ${retries} retries` : ''}`,
  needs: ['haproxy'],
  command: ({ upstreamPort, port, folder, scenario }) => {
    const { maxconn, queueTimeout: wait } = scenario.haproxy ?? { maxconn: 20, queueTimeout };
    const file = join(folder, 'haproxy.cfg');
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
  timeout queue ${wait}
  option http-server-close
  option abortonclose
  retries ${retries}
frontend all
  bind 127.0.0.1:${port}
  default_backend functions
backend functions
  option redispatch
  http-reuse safe
  ${retries > 0 ? 'retry-on 503 conn-failure empty-response' : ''}
  server one 127.0.0.1:${upstreamPort} maxconn ${maxconn}
`,
    );
    return ['haproxy', '-db', '-f', file];
  },
});

/** The best that was found by trying 50 ms to 500 ms at 2x and 5x. */
export const tuned = haproxy('haproxy', '150ms', 0);
/** As long as the clients wait: heads are served just before they leave. */
export const patient = haproxy('haproxy 1s', '1s', 0);
export const retrying = haproxy('haproxy retries', '150ms', 3);
