import { formatSize } from '@spillway/options';
import { highestLimit } from '../../../config/highest-limit.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';

export const retryBodiesAboveTotal: LintRule = ({ config }) => {
  const requests = highestLimit(config) + config.maxQueueSize;
  const neededBytes = config.retryBodyLimitBytes * requests;
  if (config.maxRetries === 0 || neededBytes <= config.retryBodyTotalBytes) return null;
  return {
    severity: 'warning',
    what: 'under full load the memory for request bodies runs out, and requests lose their retries',
    evidence: {
      ...valuesOf(config, 'retryBodyLimitBytes', 'retryBodyTotalBytes'),
      ...valuesOf(config, 'maxConcurrentRequests', 'maxQueueSize'),
      needed: formatSize(neededBytes),
    },
    remedy: asFlag('retryBodyTotalBytes', neededBytes),
  };
};
