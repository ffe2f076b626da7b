import type { BriefHealth, Health } from '@spillway/contracts';
import { version } from '../version.ts';
import { type Endpoint, json } from './endpoint.ts';

/** `?probe=live` asks only whether the process answers. Strangers learn how it is, and no name or address. */
export const healthEndpoint: Endpoint = ({ instance, query, trusted }) => {
  const { metrics, draining, services, demo, pseudonym } = instance;
  const judged = metrics.health();
  const health: Health = {
    status: draining ? 'draining' : judged.status,
    reasons: draining ? ['shutting down', ...judged.reasons] : judged.reasons,
    findings: [...instance.history.findings()],
    targets: services.flatMap(({ upstreams }) => upstreams.all.map(({ origin }) => origin)),
    demo,
    version,
    instance: pseudonym,
    uptime: metrics.uptimeSeconds,
  };
  const live = query.get('probe') === 'live';
  const serving = !draining && judged.status !== 'unhealthy';
  return json(live || serving ? 200 : 503, trusted ? health : briefly(health));
};

const briefly = ({ status, reasons }: Health): BriefHealth => ({
  status,
  reason_count: reasons.length,
});
