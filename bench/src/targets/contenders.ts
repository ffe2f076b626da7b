import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Setting {
  readonly targetPorts: readonly number[];
  readonly port: number;
  /** A folder of its own, empty, for configuration files. */
  readonly folder: string;
}

/** A forwarder before three targets. */
export interface Contender {
  readonly name: string;
  readonly what: string;
  /** Must be there; null: it is this checkout. */
  readonly program: string | null;
  command(setting: Setting): string[];
}

const main = fileURLToPath(new URL('../../../apps/proxy/dist/main.js', import.meta.url));

/** The same for all: a check a second, two good ones bring a target back, three bad ones take it down. */
const check = { path: '/api/health', interval: '1s', timeout: '500ms', rise: '2', fall: '3' };
const slowStart = '5s';

const spillway = (name: string, what: string, more: readonly string[]): Contender => ({
  name,
  what,
  program: null,
  command: ({ targetPorts, port }) => [
    ...[process.execPath, main, 'start', '--host', '127.0.0.1', '--port', String(port)],
    ...targetPorts.flatMap((at) => ['--target', `http://127.0.0.1:${at}`]),
    // HAProxy has no limit here either.
    ...['--max-concurrent-requests', '1000', '--pool-maxsize', '1000'],
    ...['--no-access-log', '--read-timeout', '2s', '--slow-start', slowStart],
    ...['--health-path', check.path, '--health-interval', check.interval],
    ...['--health-timeout', check.timeout, '--health-rise', check.rise],
    ...['--health-fall', check.fall, ...more],
  ],
});

const haproxy = (name: string, what: string, observe: string): Contender => ({
  name,
  what,
  program: 'haproxy',
  command: ({ targetPorts, port, folder }) => {
    const file = join(folder, 'haproxy.cfg');
    const servers = targetPorts.map((at, i) => `  server t${i} 127.0.0.1:${at}`).join('\n');
    writeFileSync(
      file,
      `global
  maxconn 9000
  nbthread 1
defaults
  mode http
  timeout connect 2s
  timeout client 60s
  timeout server 2s
  timeout check ${check.timeout}
  retries 2
  option redispatch 1
frontend all
  bind 127.0.0.1:${port}
  default_backend targets
backend targets
  balance leastconn
  http-reuse safe
  option httpchk GET ${check.path}
  default-server check inter ${check.interval} rise ${check.rise} fall ${check.fall} slowstart ${slowStart} ${observe}
${servers}
`,
    );
    return ['haproxy', '-db', '-f', file];
  },
});

/** Adding one is an entry here. */
export const contenders: readonly Contender[] = [
  spillway('spillway', 'least_in_flight, checks, outliers ejected for 2 s', [
    ...['--outlier-ejection', '2s', '--circuit-breaker-timeout', '2s'],
  ]),
  haproxy('haproxy', 'leastconn, checks', ''),
  haproxy(
    'haproxy observe',
    'and observe layer7 error-limit 5 on-error mark-down',
    'observe layer7 error-limit 5 on-error mark-down',
  ),
];
