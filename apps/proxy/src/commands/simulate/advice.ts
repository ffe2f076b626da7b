import { formatDuration } from '@spillway/options';
import type { ClientGroup, Scenario, SimulationResult } from '@spillway/simulation';
import { formatShare } from './quantities.ts';
import { sharesOf } from './tally-shares.ts';

type Rule = (scenario: Scenario, result: SimulationResult) => string | null;

/** What to try next, and what to take the result with a grain of salt for. */
export function adviceOn(scenario: Scenario, result: SimulationResult): string[] {
  return rules.map((rule) => rule(scenario, result)).filter((line) => line !== null);
}

const shortRun: Rule = ({ durationMs, warmUpMs, groups, backend }) => {
  const longestMs = Math.max(...groups.map(({ service }) => (service ?? backend.service).meanMs));
  const services = Math.floor((durationMs - warmUpMs) / longestMs);
  if (services >= 50) return null;
  return `the run is ${services} mean service times long, too short to judge by: raise --duration`;
};

const noPatience: Rule = ({ groups, backend }) => {
  const hopeless = groups.find((group) => p95Of(group, backend.service) > group.patienceMs);
  if (hopeless === undefined) return null;
  return `more than 5 % of the service times are beyond the clients' patience of ${formatDuration(hopeless.patienceMs)}: no setting mends that`;
};

const idleWorkers: Rule = (
  { protection, proxy, backend },
  { offeredPerSecond, capacityPerSecond },
) => {
  const { maxConcurrentRequests: limit, poolMaxsize: pool } = proxy;
  if (protection === 'none' || limit === 'auto' || offeredPerSecond < capacityPerSecond) {
    return null;
  }
  const atOnce = Math.min(limit, pool);
  if (atOnce >= backend.workers) return null;
  const option = limit <= pool ? 'max-concurrent-requests' : 'pool-maxsize';
  return `--${option} ${atOnce} keeps ${backend.workers - atOnce} of the ${backend.workers} workers idle: raise it to ${backend.workers}`;
};

const smallPool: Rule = ({ protection, proxy }) => {
  if (
    protection === 'none' ||
    proxy.maxConcurrentRequests === 'auto' ||
    proxy.poolMaxsize >= proxy.maxConcurrentRequests
  )
    return null;
  return `--pool-maxsize ${proxy.poolMaxsize} is below --max-concurrent-requests: admitted requests wait for a connection`;
};

const hiddenLine: Rule = ({ protection, proxy, backend }, { longestBackendQueue }) => {
  const { maxConcurrentRequests: limit } = proxy;
  if (protection === 'none' || limit === 'auto' || longestBackendQueue === 0) return null;
  if (limit <= backend.workers) return null;
  return `up to ${longestBackendQueue} requests wait inside the backend, where nobody can refuse them: try --max-concurrent-requests ${backend.workers}`;
};

const longLine: Rule = ({ protection, proxy, groups, backend }, result) => {
  if (protection !== 'proxy' || sharesOf(result.all).left < 0.01 || result.longestQueue === 0) {
    return null;
  }
  const sparedMs = groups.map((group) => group.patienceMs - p95Of(group, backend.service));
  const waitMs = Math.min(...sparedMs);
  if (!(waitMs > 0) || waitMs === Infinity) return null;
  const places = Math.floor((0.8 * result.capacityPerSecond * waitMs) / 1000);
  if (places >= proxy.maxQueueSize) return null;
  return `${formatShare(sharesOf(result.all).left)} of the clients lose patience: a line that drains in time has --max-queue-size ${places}`;
};

const breakerTrips: Rule = (_scenario, { breakerOpened }) => {
  if (breakerOpened === 0) return null;
  return `the breaker opened ${breakerOpened === 1 ? 'once' : `${breakerOpened} times`}: what it refused may have been answerable (--circuit-breaker-threshold, -timeout)`;
};

const rules: readonly Rule[] = [
  shortRun,
  noPatience,
  idleWorkers,
  smallPool,
  hiddenLine,
  longLine,
  breakerTrips,
];

function p95Of({ service }: ClientGroup, usual: Scenario['backend']['service']): number {
  return (service ?? usual).quantileMs(0.95);
}
