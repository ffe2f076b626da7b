import { formatDuration } from '@spillway/options';
import { highestLimit } from '../../../config/highest-limit.ts';
import { firstByteOption } from '../../../config/longest-silence.ts';
import { asFlag, type LintRule, valuesOf } from './finding.ts';

export const noQueue: LintRule = ({ config }) =>
  config.maxQueueSize > 0
    ? null
    : {
        severity: 'hint',
        what: 'without a queue, a burst above the limit is refused at once',
        evidence: valuesOf(config, 'maxQueueSize', 'maxConcurrentRequests'),
        remedy: asFlag('maxQueueSize', highestLimit(config)),
      };

/** Upstreams are seldom silent to the limit, so only a wait far beyond is worth saying. */
const farBeyond = 10;

export const queueWaitCannotBeMet: LintRule = ({ config }) => {
  const rounds = Math.ceil(config.maxQueueSize / highestLimit(config));
  const worstWaitMs = rounds * config.firstByteTimeoutMs;
  if (worstWaitMs <= config.queueTimeoutMs * farBeyond) return null;
  return {
    severity: 'hint',
    what: 'if answers are as slow as the read timeout allows, the end of the queue times out unserved',
    evidence: {
      ...valuesOf(config, 'maxQueueSize', 'maxConcurrentRequests', firstByteOption(config)),
      ...valuesOf(config, 'queueTimeoutMs'),
      'wait at the end of the queue': formatDuration(worstWaitMs),
    },
    remedy: asFlag('queueTimeoutMs', config.firstByteTimeoutMs),
  };
};
