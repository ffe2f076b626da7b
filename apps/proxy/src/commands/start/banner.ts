import { formatDuration } from '@spillway/options';
import type { ProxyConfig } from '../../config/proxy-options.ts';
import type { RunningProxy } from '../../server/start-proxy.ts';
import type { Service } from '../../service/service.ts';
import { version } from '../../system/version.ts';

const ms = formatDuration;

const silenceOf = ({ readTimeoutMs, firstByteTimeoutMs }: ProxyConfig): string =>
  firstByteTimeoutMs === readTimeoutMs
    ? ms(readTimeoutMs)
    : `${ms(firstByteTimeoutMs)} to the first byte and then ${ms(readTimeoutMs)}`;

/** The first lines: where it listens and forwards, which limits hold, where to look. */
export function bannerOf({ instance, host, port, admin }: RunningProxy): string {
  const { services, demo, adminToken } = instance;
  const base = reachable(admin);
  const [only] = services;
  return [
    `Spillway ${version}`,
    `  listening   http://${urlHost(host)}:${port}`,
    ...(services.length === 1 && only !== undefined ? linesOf(only, demo) : services.map(lineOf)),
    `  metrics     ${base}/proxy-metrics${adminToken.required ? '  (with the token)' : ''}`,
    `  health      ${base}/proxy-health`,
    `  dashboard   ${base}/proxy-dashboard`,
    '',
  ].join('\n');
}

function linesOf(service: Service, demo: boolean): string[] {
  const { settings } = service;
  return [
    `  forwarding  ${targetsOf(service)}${demo ? '  (the built-in demo backend; --target URL sets yours)' : ''}`,
    `  limits      ${limitsOf(settings)}`,
    `  timeouts    connect ${ms(settings.connectTimeoutMs)}, silence ${silenceOf(settings)}, whole request ${settings.requestTimeoutMs === null ? 'unlimited' : ms(settings.requestTimeoutMs)}`,
    `  breaker     ${settings.circuitBreakerThreshold === 0 ? 'off' : `opens after ${settings.circuitBreakerThreshold} failures in a row, for ${ms(settings.circuitBreakerTimeoutMs)}`}`,
  ];
}

/** One of several. */
const lineOf = (service: Service): string =>
  `  service     ${service.name}: ${targetsOf(service)}; ${limitsOf(service.settings)}`;

const targetsOf = ({ upstreams }: Service): string =>
  upstreams.all.map(({ origin }) => origin).join(', ');

const limitsOf = (settings: ProxyConfig): string =>
  `${settings.maxConcurrentRequests} at once, ${settings.maxQueueSize} waiting for at most ${ms(settings.queueTimeoutMs)}`;

/** Where somebody on this machine finds it. */
function reachable({ host, port }: RunningProxy['admin']): string {
  const local = host === '0.0.0.0' || host === '::' ? 'localhost' : urlHost(host);
  return `http://${local}:${port}`;
}

const urlHost = (host: string): string => (host.includes(':') ? `[${host}]` : host);
