import { settingOf } from '../change.ts';
import { count, requests } from '../evidence.ts';
import type { Rule } from '../rule.ts';
import { refusing } from './pressure.ts';

const flag = '--max-client-connections';

export const connectionsHigh: Rule = {
  name: 'connections-high',
  explains: [],
  ofProcess: true,
  look: ({ now, recent: { byOutcome, finished } }) =>
    now.shedding?.resource === 'connections' || refusing(byOutcome.connections_overloaded, finished)
      ? [
          {
            severity: 'warning',
            upstream: null,
            symptom: 'The proxy sheds requests because it has too many connections',
            evidence: [
              requests('refused because of it', byOutcome.connections_overloaded),
              count('connections of clients', now.clientConnections),
              count(flag, settingOf(now.config, flag)),
            ],
            cause: 'Clients keep nearly as many connections as the proxy may have',
            remedy:
              'Close idle ones sooner (--client-idle-timeout), or run more proxies behind a balancer; raise --max-client-connections where memory and file descriptors suffice',
            changes: [],
          },
        ]
      : [],
};
