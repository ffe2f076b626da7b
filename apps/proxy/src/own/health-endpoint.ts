import type { BriefHealth, Health } from '@spillway/contracts';
import { version } from '../version.ts';
import { type Endpoint, json } from './endpoint.ts';

/** `?probe=live` asks only whether the process answers. Strangers learn how it is, and no name or address. */
export const healthEndpoint: Endpoint = ({ gateway, query, trusted }) => {
  const { metrics, draining, upstreams, demo } = gateway;
  const judged = metrics.health();
  const health: Health = {
    status: draining ? 'draining' : judged.status,
    reasons: draining ? ['shutting down', ...judged.reasons] : judged.reasons,
    findings: [...gateway.history.findings()],
    targets: upstreams.all.map(({ origin }) => origin),
    demo,
    version,
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
