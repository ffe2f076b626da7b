import { choice, integer, list, option, optional, path } from '@spillway/options';

/** TLS between clients and the proxy. */
export const listenTlsOptions = {
  tlsCertFiles: option({
    flag: '--tls-cert',
    kind: list(path()),
    default: [],
    group: 'TLS to clients',
    description:
      'Certificate (PEM, with the intermediate ones behind it); several may be given, and a client gets the one for the name that it asks for (SNI), else the first',
  }),
  tlsKeyFiles: option({
    flag: '--tls-key',
    kind: list(path()),
    default: [],
    group: 'TLS to clients',
    description:
      'Private key (PEM, not encrypted) of the certificate at the same place in the list',
  }),
  tls: option({
    flag: '--tls',
    kind: optional(choice(['self-signed'])),
    default: null,
    group: 'TLS to clients',
    description:
      'self-signed: a certificate for this host, made at the start and kept in memory, for trying out',
  }),
  tlsMinVersion: option({
    flag: '--tls-min-version',
    kind: choice(['1.2', '1.3']),
    default: '1.2',
    group: 'TLS to clients',
    description: 'Oldest version of TLS that clients may speak',
  }),
  tlsClientCaFile: option({
    flag: '--tls-client-ca',
    kind: optional(path()),
    default: null,
    group: 'TLS to clients',
    description: 'Certificate authorities (PEM) whose certificates clients may present',
  }),
  tlsClientAuth: option({
    flag: '--tls-client-auth',
    kind: choice(['optional', 'require']),
    default: 'require',
    group: 'TLS to clients',
    description:
      'Whether a client needs a certificate, with --tls-client-ca; one that is presented must be valid either way',
  }),
  httpRedirectPort: option({
    flag: '--http-redirect-port',
    kind: optional(integer({ min: 0, max: 65_535 })),
    default: null,
    group: 'TLS to clients',
    description:
      'Port on which plain HTTP is answered with 308 to the same URL under https; 0 takes any free one',
  }),
};
