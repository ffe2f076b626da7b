import { asFlag, type LintRule, valuesOf } from './finding.ts';

export const isEveryAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';
const isLoopback = (host: string): boolean =>
  host.startsWith('127.') || host === '::1' || host === 'localhost';

/** Beside the default, and free on most machines. */
export const usualAdminPort = 8081;

export const adminEndpointsPublic: LintRule = ({ config, targets, listeners }) => {
  const { host, adminPort, adminToken, adminTokenFile } = config;
  const open = adminPort === null && adminToken === null && adminTokenFile === null;
  // The demo listens on loopback by itself.
  const plain = listeners.every(({ tls }) => !tls);
  return targets.length > 0 && plain && isEveryAddress(host) && open
    ? {
        severity: 'hint',
        what: 'whoever reaches this port reads /proxy-metrics and /proxy-health too',
        evidence: valuesOf(config, 'host', 'port'),
        remedy: asFlag('adminPort', usualAdminPort),
      }
    : null;
};

export const adminListenerOpen: LintRule = ({ config }) => {
  const { adminHost, adminPort, adminToken, adminTokenFile } = config;
  const open = adminPort !== null && adminToken === null && adminTokenFile === null;
  return open && !isLoopback(adminHost)
    ? {
        severity: 'warning',
        what: 'whoever reaches the admin port reads all of /proxy-*: no token is asked for',
        evidence: valuesOf(config, 'adminHost', 'adminPort'),
        remedy: asFlag('adminTokenFile', '/etc/spillway/admin-token'),
      }
    : null;
};

export const adminTokenInTheClear: LintRule = ({ config, targets, listeners }) => {
  const { adminPort, adminToken, adminTokenFile } = config;
  const given = adminToken !== null || adminTokenFile !== null;
  const onItsOwn = adminPort !== null;
  // The demo listens on loopback by itself.
  const host = onItsOwn ? config.adminHost : targets.length > 0 ? config.host : '127.0.0.1';
  const encrypted = !onItsOwn && listeners.every(({ tls }) => tls);
  return given && !encrypted && !isLoopback(host)
    ? {
        severity: 'hint',
        what: 'the token crosses the network in plain HTTP, where others may read it',
        evidence: onItsOwn
          ? valuesOf(config, 'adminHost', 'adminPort')
          : valuesOf(config, 'host', 'port'),
        remedy: onItsOwn ? asFlag('adminHost', '127.0.0.1') : asFlag('adminPort', usualAdminPort),
      }
    : null;
};

export const adminPortIsPort: LintRule = ({ config }) => {
  const { host, port, adminHost, adminPort } = config;
  const oneAddress = host === adminHost || isEveryAddress(host) || isEveryAddress(adminHost);
  return adminPort === port && port !== 0 && oneAddress
    ? {
        severity: 'error',
        what: 'both listeners want the same port',
        evidence: valuesOf(config, 'host', 'port', 'adminHost', 'adminPort'),
        remedy: asFlag('adminPort', port < 65_535 ? port + 1 : port - 1),
      }
    : null;
};
