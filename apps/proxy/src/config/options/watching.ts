import { bearerToken, choice, integer, option, optional, path, percent } from '@spillway/options';
import { host, origin } from '../network-kinds.ts';

/** Who may look at the proxy, and what it tells. */
export const watchingOptions = {
  adminHost: option({
    flag: '--admin-host',
    kind: host(),
    default: '127.0.0.1',
    group: 'Watching',
    description: 'Address of the listener for the /proxy-* endpoints, with --admin-port',
  }),
  adminPort: option({
    flag: '--admin-port',
    kind: optional(integer({ min: 0, max: 65_535 })),
    default: null,
    group: 'Watching',
    description:
      'Port of a listener of its own for all /proxy-* endpoints; where clients connect their paths are then forwarded; 0 takes any free one',
  }),
  adminToken: option({
    flag: '--admin-token',
    kind: optional(bearerToken()),
    default: null,
    group: 'Watching',
    description: 'Bearer token that every /proxy-* endpoint but /proxy-health asks for',
  }),
  adminTokenFile: option({
    flag: '--admin-token-file',
    kind: optional(path()),
    default: null,
    group: 'Watching',
    description: 'File with that token, so that no process list shows it',
  }),
  recentRequests: option({
    flag: '--recent-requests',
    kind: integer({ min: 0, max: 1_000_000 }),
    default: 2_000,
    group: 'Watching',
    description: 'Finished requests kept for /proxy-why, and as many failed ones; 0 keeps none',
  }),
  serverTiming: option({
    flag: '--server-timing',
    scope: 'request',
    kind: choice(['off', 'asked', 'on']),
    default: 'off',
    group: 'Watching',
    description: 'Server-Timing in answers: never, to "Prefer: server-timing", or always',
  }),
  otlpEndpoint: option({
    flag: '--otlp-endpoint',
    kind: optional(origin()),
    default: null,
    group: 'Watching',
    description: 'OpenTelemetry collector (OTLP over HTTP) that gets a trace of the requests',
    example: 'http://127.0.0.1:4318',
  }),
  otlpSample: option({
    flag: '--otlp-sample',
    kind: percent(),
    default: 1,
    group: 'Watching',
    description:
      'Share of the traces started here that are sent; those of clients follow their flag',
  }),
};
