import type { BriefHealth, Health } from '@spillway/contracts';
import { version } from '../system/version.ts';
import { type Endpoint, json } from './endpoint.ts';

/** `?probe=live` asks only whether the process answers. Strangers learn how it is, and no name or address. */
export const healthEndpoint: Endpoint = ({ instance, query, trusted }) => {
  const { metrics, draining, services, demo, pseudonym } = instance;
  const judged = metrics.health();
  const live = query.get('probe') === 'live';
  const serving = !draining && judged.status !== 'unhealthy';
  const code = live || serving ? 200 : 503;
  const status = draining ? 'draining' : judged.status;
  const reasons = draining ? ['shutting down', ...judged.reasons] : judged.reasons;
  // Before anything is diagnosed: a balancer asks every second.
  if (!trusted) {
    return json(code, { status, reason_count: reasons.length } satisfies BriefHealth);
  }
  const health: Health = {
    status,
    reasons,
    findings: [...instance.history.findings()],
    targets: services.flatMap(({ upstreams }) => upstreams.all.map(({ origin }) => origin)),
    demo,
    version,
    instance: pseudonym,
    uptime: metrics.uptimeSeconds,
  };
  return json(code, health);
};
