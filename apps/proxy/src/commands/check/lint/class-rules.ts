import { formatPercent } from '@spillway/options';
import { highestLimit } from '../../../config/highest-limit.ts';
import { type LintRule, valuesOf } from './finding.ts';

export const ordinaryClassStarves: LintRule = ({ config }) => {
  const kept = config.priorityClasses.reduce((sum, { share }) => sum + share, 0);
  if (kept < 1 - 1e-9) return null;
  return {
    severity: 'warning',
    what: 'all of the limit is kept for classes: a request of none of them is never let through',
    evidence: { ...valuesOf(config, 'priorityClasses'), kept: formatPercent(kept) },
    remedy: 'lower a share of --priority-class',
  };
};

export const shareBelowOnePermit: LintRule = ({ config }) => {
  const limit = highestLimit(config);
  const empty = config.priorityClasses.find(({ share }) => share > 0 && share * limit + 1e-9 < 1);
  if (empty === undefined) return null;
  return {
    severity: 'warning',
    what: `nothing is kept for class ${empty.name}: its share of the limit is less than one request`,
    evidence: valuesOf(config, 'priorityClasses', 'maxConcurrentRequests'),
    remedy: `--priority-class ${empty.name}=${Math.ceil(100 / limit)}%`,
  };
};

export const priorityPathShadowed: LintRule = ({ config: { priorityPaths } }) => {
  for (const [n, { name, value }] of priorityPaths.entries()) {
    const earlier = priorityPaths.slice(0, n).find((before) => value.startsWith(before.value));
    if (earlier === undefined) continue;
    return {
      severity: 'warning',
      what: `the paths of ${name}=${value} are taken by ${earlier.name}=${earlier.value}, which stands before it`,
      evidence: { taken: `${name}=${value}`, by: `${earlier.name}=${earlier.value}` },
      remedy: `--priority-path ${name}=${value} --priority-path ${earlier.name}=${earlier.value}`,
    };
  }
  return null;
};
