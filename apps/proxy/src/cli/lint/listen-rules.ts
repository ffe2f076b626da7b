import { asFlag, type LintRule, valuesOf } from './finding.ts';

export const adminEndpointsPublic: LintRule = ({ config, targets }) =>
  // The demo listens on loopback by itself.
  targets.length > 0 && (config.host === '0.0.0.0' || config.host === '::')
    ? {
        severity: 'hint',
        what: 'whoever reaches this port reads /proxy-metrics and /proxy-health too',
        evidence: valuesOf(config, 'host', 'port'),
        remedy: asFlag('host', '127.0.0.1'),
      }
    : null;
