import { highestLimit } from '../../../config/highest-limit.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';

export const poolBelowConcurrency: LintRule = ({ config }) =>
  config.poolMaxsize >= highestLimit(config)
    ? null
    : {
        severity: 'warning',
        what: 'requests are admitted that find no connection to the upstream and wait unseen',
        evidence: valuesOf(config, 'poolMaxsize', 'maxConcurrentRequests'),
        remedy: asFlag('poolMaxsize', highestLimit(config)),
      };

export const idlePoolAboveMaxsize: LintRule = ({ config }) =>
  config.poolConnections <= config.poolMaxsize
    ? null
    : {
        severity: 'warning',
        what: 'more connections are to be kept when idle than may ever be open',
        evidence: valuesOf(config, 'poolConnections', 'poolMaxsize'),
        remedy: asFlag('poolConnections', config.poolMaxsize),
      };
