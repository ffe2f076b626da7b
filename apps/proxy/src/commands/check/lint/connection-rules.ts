import { highestLimit } from '../../../config/highest-limit.ts';
import { shedConnectionsFrom } from '../../../service/admission/self-protection.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';

/** Each request under way or in line has a connection of its own. */
export const connectionsBelowConcurrency: LintRule = ({ config }) => {
  const { maxClientConnections: most, maxConcurrentRequests, autoMin, maxQueueSize } = config;
  const least = maxConcurrentRequests === 'auto' ? autoMin : maxConcurrentRequests;
  if (most === null || least < shedConnectionsFrom * most) return null;
  const enough = Math.floor((highestLimit(config) + maxQueueSize) / shedConnectionsFrom) + 1;
  return {
    severity: most === 1 ? 'error' : 'warning',
    what:
      most === 1
        ? 'a single connection is all that may be open: its own requests are shed'
        : 'requests are shed before as many are under way as the upstream is to get',
    evidence: valuesOf(config, 'maxClientConnections', 'maxConcurrentRequests', 'maxQueueSize'),
    remedy: asFlag('maxClientConnections', enough),
  };
};
