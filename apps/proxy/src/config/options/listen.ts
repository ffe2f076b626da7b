import { boolean, choice, integer, list, option, optional, path } from '@spillway/options';
import { addressRange, host, socketMode } from '../network-kinds.ts';

/** Where clients connect, and whom of them to believe. */
export const listenOptions = {
  host: option({
    flag: '--host',
    kind: host(),
    default: '0.0.0.0',
    group: 'Listen',
    description: 'Address to listen on',
  }),
  port: option({
    flag: '--port',
    kind: integer({ min: 0, max: 65_535 }),
    default: 8080,
    group: 'Listen',
    description: 'Port to listen on; 0 takes any free one',
  }),
  unixSocket: option({
    flag: '--unix-socket',
    kind: optional(path()),
    default: null,
    group: 'Listen',
    description: 'Unix socket to listen on, instead of --host and --port',
  }),
  unixSocketMode: option({
    flag: '--unix-socket-mode',
    kind: socketMode(),
    default: 0o660,
    group: 'Listen',
    description: 'Who may connect to the Unix socket, as an octal mode',
  }),
  proxyProtocol: option({
    flag: '--proxy-protocol',
    kind: boolean(),
    default: false,
    group: 'Listen',
    description:
      'Connections begin with a header of the PROXY protocol (version 1 or 2) that names the client; they are taken from each --trusted-proxy alone',
  }),
  h2c: option({
    flag: '--h2c',
    kind: boolean(),
    default: false,
    group: 'Listen',
    description:
      'Speak HTTP/2 in the clear as well, with clients that begin with it (prior knowledge); the first bytes of a connection decide',
  }),
  h2MaxStreams: option({
    flag: '--h2-max-streams',
    kind: integer({ min: 1, max: 10_000 }),
    default: 100,
    group: 'Listen',
    description: 'Requests that a client of HTTP/2 may have under way on one connection',
  }),
  trustedProxies: option({
    flag: '--trusted-proxy',
    kind: list(addressRange()),
    default: [],
    group: 'Listen',
    description:
      'Clients whose Forwarded, X-Forwarded-* and X-Real-IP fields are believed; several may be given',
  }),
  forwarded: option({
    flag: '--forwarded',
    kind: choice(['x-forwarded', 'forwarded', 'both']),
    default: 'x-forwarded',
    group: 'Listen',
    description:
      'How the upstream is told where a request comes from: X-Forwarded-For, -Proto and -Host, Forwarded (RFC 7239), or both',
  }),
  halfClose: option({
    flag: '--half-close',
    kind: choice(['abort', 'answer']),
    default: 'abort',
    group: 'Listen',
    description:
      'What a client that ends its sending side behind its request means by it: abort, it has left; answer, it still listens, and is served until a write to it fails',
  }),
  underscoreHeaders: option({
    flag: '--underscore-headers',
    kind: choice(['pass', 'drop']),
    default: 'pass',
    group: 'Listen',
    description:
      'Header fields of clients with an underscore in their name; those that CGI and WSGI would take for a field that the proxy writes or removes never pass',
  }),
};
