import { expiresSoon } from '@spillway/diagnosis';
import { formatDuration } from '@spillway/options';
import { covers } from '../../../tls/certificate.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';
import { isEveryAddress, usualAdminPort } from './listen-rules.ts';

export const certificateUnusable: LintRule = ({ certificates }) => {
  const bad = certificates.find(({ fault }) => fault !== null);
  return bad === undefined
    ? null
    : {
        severity: 'error',
        what: 'a certificate cannot be used, and the proxy would not start',
        evidence: { certificate: bad.certFile, fault: bad.fault as string },
        remedy: `--tls-cert and --tls-key of one pair, at the same place of both lists`,
      };
};

export const certificateExpires: LintRule = ({ certificates, now }) => {
  const due = certificates
    .flatMap(({ certificate }) => certificate ?? [])
    .filter(({ validFrom, expiresAt }) =>
      expiresSoon((expiresAt - validFrom) / 1000, (expiresAt - now) / 1000),
    )
    .sort((a, b) => a.expiresAt - b.expiresAt);
  const [first] = due;
  if (first === undefined) return null;
  const over = first.expiresAt <= now;
  return {
    severity: over ? 'error' : 'warning',
    what: over
      ? 'a certificate has expired: clients refuse it'
      : 'a certificate expires soon, and nothing has renewed it yet',
    evidence: {
      certificate: first.source,
      expires: new Date(first.expiresAt).toISOString().slice(0, 16).replace('T', ' '),
      ...(over ? {} : { left: formatDuration(wholeHours(first.expiresAt - now)) }),
    },
    remedy: 'renew it into the same files: a proxy that runs reads them by itself',
  };
};

export const hostWithoutCertificate: LintRule = ({ certificates, routeHosts }) => {
  const all = certificates.flatMap(({ certificate }) => certificate ?? []);
  if (all.length === 0) return null;
  const bare = routeHosts.filter((host) => !all.some((one) => covers(one, hostOf(host))));
  return bare.length === 0
    ? null
    : {
        severity: 'warning',
        what: 'no certificate covers these hosts of routes: their clients are shown another name, and leave',
        evidence: {
          hosts: bare.join(', '),
          'names covered': all.flatMap(({ names }) => names).join(', ') || 'none',
        },
        remedy: asFlag('tlsCertFiles', [`/etc/spillway/${hostOf(bare[0] as string)}.pem`]),
      };
};

export const adminEndpointsOnEdge: LintRule = ({ config, listeners }) => {
  const { adminPort, adminToken, adminTokenFile } = config;
  const isOpen = adminPort === null && adminToken === null && adminTokenFile === null;
  const edge = listeners.find(({ at, tls }) => tls && at.kind === 'tcp' && isEveryAddress(at.host));
  return isOpen && edge !== undefined
    ? {
        severity: 'warning',
        what: 'whoever reaches the TLS listener reads /proxy-metrics, /proxy-why and all of /proxy-*: no token is asked for',
        evidence: valuesOf(config, 'host', 'adminPort'),
        remedy: asFlag('adminPort', usualAdminPort),
      }
    : null;
};

/** Of a host and perhaps a port. */
const hostOf = (host: string): string => host.replace(/:\d+$/, '');

const hourMs = 3_600_000;
const wholeHours = (ms: number): number => Math.max(1, Math.floor(ms / hourMs)) * hourMs;
