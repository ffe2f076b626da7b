import { formatDuration } from '@spillway/options';
import type { RunningProxy } from '../../start-proxy.ts';
import { version } from '../../version.ts';

/** The first lines: where it listens and forwards, which limits hold, where to look. */
export function bannerOf({ instance, host, port, admin }: RunningProxy): string {
  const { service, demo, adminToken } = instance;
  const { settings: config, upstreams } = service;
  const base = reachable(admin);
  const targets = upstreams.all.map(({ origin }) => origin).join(', ');
  const ms = formatDuration;
  return [
    `Spillway ${version}`,
    `  listening   http://${urlHost(host)}:${port}`,
    `  forwarding  ${targets}${demo ? '  (the built-in demo backend; --target URL sets yours)' : ''}`,
    `  limits      ${config.maxConcurrentRequests} at once, ${config.maxQueueSize} waiting for at most ${ms(config.queueTimeoutMs)}`,
    `  timeouts    connect ${ms(config.connectTimeoutMs)}, silence ${ms(config.readTimeoutMs)}, whole request ${config.requestTimeoutMs === null ? 'unlimited' : ms(config.requestTimeoutMs)}`,
    `  breaker     ${config.circuitBreakerThreshold === 0 ? 'off' : `opens after ${config.circuitBreakerThreshold} failures in a row, for ${ms(config.circuitBreakerTimeoutMs)}`}`,
    `  metrics     ${base}/proxy-metrics${adminToken.required ? '  (with the token)' : ''}`,
    `  health      ${base}/proxy-health`,
    `  dashboard   ${base}/proxy-dashboard`,
    '',
  ].join('\n');
}

/** Where somebody on this machine finds it. */
function reachable({ host, port }: RunningProxy['admin']): string {
  const local = host === '0.0.0.0' || host === '::' ? 'localhost' : urlHost(host);
  return `http://${local}:${port}`;
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
