import { formatDuration } from '@spillway/options';
import { formatNumber } from '@spillway/quantities';
import { formatPhase } from './phase-kind.ts';
import type { SimulateConfig } from './simulate-options.ts';

/** What was played, a line for the clients, one for the backend, and one for what stands between. */
export function describeWorld(config: SimulateConfig): string[] {
  return [clients(config), backend(config), ...phases(config), between(config)];
}

function clients(config: SimulateConfig): string {
  const { patienceMs, resends, arrivals, durationMs, warmUpMs, seed } = config;
  const rates = config.clientGroups.map(({ name, rate, class: named }) => {
    return `${name} ${formatNumber(rate)}/s${named === undefined ? '' : ` (class ${named})`}`;
  });
  const who = rates.length > 0 ? rates.join(', ') : `${formatNumber(config.rate)}/s`;
  const patience =
    patienceMs === null
      ? 'that never leave'
      : `patience ${formatDuration(patienceMs)}${config.patienceTold ? ', told' : ''}`;
  const again = resends === 0 ? '' : `, sent again up to ${resends} times`;
  const spacing = arrivals === 'even' ? ' evenly spaced' : '';
  const time = `${formatDuration(durationMs)}, ${formatDuration(warmUpMs)} of it warm-up; seed ${seed}`;
  return `clients: ${who}${spacing}, ${patience}${again}; for ${time}`;
}

function backend(config: SimulateConfig): string {
  const { workers, service, backendQueue, failing, errors, abandon, knee } = config;
  const more = [
    backendQueue === null ? null : `a line of ${backendQueue}`,
    failing === 0 ? null : `${Number((failing * 100).toPrecision(3))} % failing, ${errors}`,
    knee === null ? null : `slower beyond ${knee.at} inside`,
    abandon === 'stop' ? 'stops when a client leaves' : null,
  ].filter((part) => part !== null);
  return [`backend: ${workers} workers, service ${service}`, ...more].join(', ');
}

function phases({ phases: all }: SimulateConfig): string[] {
  return all.length === 0 ? [] : [`phases: ${all.map(formatPhase).join(' ')}`];
}

function between(config: SimulateConfig): string {
  const { protection, maxConcurrentRequests, maxQueueSize, queueTimeoutMs } = config;
  const { autoAlgorithm, autoMin, autoMax } = config;
  const adapts = maxConcurrentRequests === 'auto' && protection === 'proxy';
  switch (protection) {
    case 'none':
      return 'between: nothing; all is forwarded as it comes';
    case 'limit':
      return `between: a limit of ${maxConcurrentRequests} at once, no line, no retries`;
    case 'proxy':
      return `between: the proxy, ${adapts ? `${autoMin} to ${autoMax} (${autoAlgorithm})` : maxConcurrentRequests} at once, ${maxQueueSize} in line for up to ${formatDuration(queueTimeoutMs)}`;
  }
}
