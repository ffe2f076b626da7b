/** How much is changed, under how much load. Durations in ms. */
export interface DeploySize {
  readonly reloads: number;
  readonly upgrades: number;
  readonly pauses: number;
  readonly pauseMs: number;
  /** Between two changes. */
  readonly everyMs: number;
  /** Load alone, before the first change: what the waits are compared with. */
  readonly baselineMs: number;
  readonly perSecond: number;
  readonly streams: number;
  readonly waiting: number;
}

export const apiMs = 30;
export const slowMs = 40;
export const beatMs = 1000;

/** What the limits are once the configuration of this turn is in force. */
export const limitsOf = (turn: number): Readonly<Record<string, number>> => ({
  api: 20 + 10 * (turn % 3),
  slow: 2 + (turn % 4),
  events: 500 + turn,
});

/** A file for each turn: limits, routes, targets, timeouts and services differ from the one before. */
export function fileOf(turn: number, [one, other]: readonly [string, string]): object {
  const targets = [[one, other], [other], [one]][turn % 3] as string[];
  const limits = limitsOf(turn);
  const timeouts = { read_timeout: `${60 + (turn % 5)}s`, connect_timeout: `${5 + (turn % 3)}s` };
  const queue = { max_queue_size: 1000 + (turn % 2), queue_timeout: '30s', queue_order: 'fifo' };
  return {
    // Streams go on for minutes in a process that was replaced.
    drain_timeout: '10m',
    pool_connections: 40 + (turn % 4),
    services: {
      api: { targets, max_concurrent_requests: limits.api, ...queue, ...timeouts },
      slow: { targets, max_concurrent_requests: limits.slow, ...queue, ...timeouts },
      events: { targets, max_concurrent_requests: limits.events, pool_maxsize: 600, ...timeouts },
      ...(turn % 2 === 0 ? { extra: { targets: [one] } } : {}),
    },
    routes: [
      { path: '/events/', service: 'events' },
      { path: '/slow/', service: 'slow', request_timeout: `${90 + (turn % 50)}s` },
      ...(turn % 2 === 0 ? [{ path: '/extra/', service: 'extra' }] : []),
      { path: '/api/', service: 'api', ...(turn % 3 === 0 ? { max_retries: 1 } : {}) },
      ...(turn % 4 === 0 ? [{ service: 'api' }] : []),
    ],
  };
}

/** Wrong in three places: each of them has to be named. */
export const badFile = (origins: readonly [string, string]): { file: object; faults: string[] } => {
  const good = fileOf(0, origins) as { services: Record<string, object>; routes: object[] };
  const api = { ...good.services.api, max_concurrent_requests: -3 };
  const slow = { ...good.services.slow, read_timeout: 'soon' };
  return {
    file: {
      ...good,
      services: { ...good.services, api, slow },
      routes: [...good.routes, { path: '/lost/', service: 'nobody' }],
    },
    faults: ['max_concurrent_requests', 'read_timeout', 'nobody'],
  };
};
