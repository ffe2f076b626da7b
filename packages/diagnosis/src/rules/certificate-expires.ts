import { expiresSoon } from '../certificate-expiry.ts';
import { seconds } from '../evidence.ts';
import type { Rule } from '../rule.ts';

export const certificateExpires: Rule = {
  name: 'certificate-expires',
  explains: [],
  ofProcess: true,
  look: ({ now }) => {
    const due = now.certificates
      .filter(({ lifetime, expires_in }) => expiresSoon(lifetime, expires_in))
      .sort((a, b) => a.expires_in - b.expires_in);
    const [first] = due;
    if (first === undefined) return [];
    const over = first.expires_in <= 0;
    const name = first.names[0] ?? first.source;
    return [
      {
        severity: over ? 'critical' : 'warning',
        upstream: null,
        symptom: over
          ? `The certificate for ${name} has expired: clients refuse it`
          : `The certificate for ${name} expires soon`,
        evidence: [
          over
            ? seconds('since it expired', -first.expires_in)
            : seconds('until it expires', first.expires_in),
        ],
        cause: `Nothing has renewed ${first.source}, or what it was renewed to is no good (see the log)`,
        remedy:
          'Renew it and write it to the same files: the proxy reads them by itself, and keeps every connection',
        changes: [],
      },
    ];
  },
};
