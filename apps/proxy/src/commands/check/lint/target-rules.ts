import { parseTarget } from '../../../config/target-url.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';

export const noTarget: LintRule = ({ config, targets, production }) =>
  targets.length > 0
    ? null
    : {
        severity: production ? 'error' : 'warning',
        what: production
          ? 'there is no target, and the demo backend is refused under NODE_ENV=production'
          : 'there is no target: the built-in demo backend answers',
        evidence: valuesOf(config, 'targetHost', 'targets'),
        remedy: '--target http://HOST:PORT',
      };

export const targetIsThisProxy: LintRule = ({ config, targets, localNames }) => {
  const here = new Set([...localNames, config.host.toLowerCase(), 'localhost', '0.0.0.0', '::']);
  const loop = targets.find(({ origin }) => {
    const target = parseTarget(origin);
    if (target?.kind !== 'host' || target.port !== config.port) return false;
    return here.has(target.hostname) || /^127\.|^::1$/.test(target.hostname);
  });
  if (!loop) return null;
  return {
    severity: 'error',
    what: 'the target is this proxy itself: every request would go round for ever',
    evidence: { target: loop.origin, ...valuesOf(config, 'host', 'port') },
    remedy: asFlag('port', config.port === 8080 ? 8081 : 8080),
  };
};

export const plainHttpToTlsPort: LintRule = ({ config, targets }) => {
  const target = targets.find(({ origin }) => /^http:[^/]*\/\/[^/]*:443(\/|$)/.test(origin));
  if (!target) return null;
  return {
    severity: 'error',
    what: 'port 443 speaks TLS, and the target is reached over plain http',
    evidence: { target: target.origin, ...valuesOf(config, 'targetPort') },
    remedy: `--target ${target.origin.replace(/^http:/, 'https:').replace(/:443(?=\/|$)/, '')}`,
  };
};

export const insecureTarget: LintRule = ({ config }) =>
  config.targetInsecure
    ? {
        severity: 'warning',
        what: 'any certificate is accepted: whoever is in between can read and change everything',
        evidence: valuesOf(config, 'targetInsecure', 'targetCaFile'),
        remedy: '--target-ca FILE',
      }
    : null;
