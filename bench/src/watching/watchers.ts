/** What is asked of a proxy's own endpoints, one after the other and again. */
export interface Watcher {
  readonly name: string;
  /** The paths of its polls, in turns. */
  readonly paths: readonly string[];
  /** Of the fields that it sends, those beside Host and Connection. */
  readonly headers: Readonly<Record<string, string>>;
  /** As people use it. */
  readonly pollsPerSecond: number;
}

const metrics = '/proxy-metrics';
const findings = '/proxy-health';
const failures = '/proxy-why?limit=15';

/** `pnpm monitor` at its usual interval, two requests a poll: see apps/monitor/src/poll. */
const monitor: Watcher = {
  name: 'monitor',
  paths: [metrics, findings],
  headers: { accept: 'application/json' },
  pollsPerSecond: 2 / 5,
};

/**
 * One page in sight, see apps/dashboard/src/watch: the metrics every 2 s, the findings at every second answer, and the
 * list of failures at every third at most, while requests fail. A hidden page asks every 15 s.
 */
const dashboard: Watcher = {
  name: 'dashboard',
  paths: [
    findings,
    metrics,
    metrics,
    failures,
    findings,
    metrics,
    metrics,
    findings,
    metrics,
    failures,
    metrics,
  ],
  // As Chromium sends them.
  headers: {
    'sec-ch-ua-platform': '"Linux"',
    'user-agent':
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    accept: 'application/json',
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    'sec-ch-ua': '"Chromium";v="140", "Not=A?Brand";v="24"',
    'sec-ch-ua-mobile': '?0',
    'sec-fetch-site': 'same-origin',
    'sec-fetch-mode': 'cors',
    'sec-fetch-dest': 'empty',
    'accept-encoding': 'gzip, deflate, br, zstd',
    'accept-language': 'en-US,en;q=0.9',
  },
  pollsPerSecond: 1 / 2 + 1 / 4 + 1 / 6,
};

export const watchers: readonly Watcher[] = [monitor, dashboard];
