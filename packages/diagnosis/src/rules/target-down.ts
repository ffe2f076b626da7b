import { count } from '../evidence.ts';
import type { Rule } from '../rule.ts';

export const targetDown: Rule = {
  name: 'target-down',
  explains: ['breaker-open', 'upstream-down', 'upstream-errors', 'upstream-hangs', 'retries-cost'],
  look: ({ now }) => {
    const down = now.upstreams.filter(({ health }) => health === 'down');
    const all = down.length === now.upstreams.length;
    return down.map(({ url, latestCheck }) => ({
      severity: all ? 'critical' : 'warning',
      upstream: url,
      symptom: all
        ? 'All targets are down by their health checks: requests are refused'
        : 'A target is down by its health checks: the others get its requests',
      evidence: [count('targets down', down.length), count('targets', now.upstreams.length)],
      cause: `Its last check found: ${latestCheck}`,
      remedy: all
        ? 'Ask a target for --health-path yourself: do path, port (--health-port) and statuses (--health-statuses) fit?'
        : 'Look at the target. It gets requests again once its checks are good (--health-rise)',
      changes: [],
    }));
  },
};
