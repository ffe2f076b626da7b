import type { Health } from '@spillway/contracts';
import { version } from '../version.ts';
import { type Endpoint, json } from './endpoint.ts';

/** `?probe=live` asks only whether the process answers. */
export const healthEndpoint: Endpoint = ({ gateway, rest, query }) => {
  if (rest !== '') return null;
  const { metrics, draining, upstreams, demo } = gateway;
  const judged = metrics.health();
  const health: Health = {
    status: draining ? 'draining' : judged.status,
    reasons: draining ? ['shutting down', ...judged.reasons] : judged.reasons,
    findings: [],
    targets: upstreams.all.map(({ origin }) => origin),
    demo,
    version,
    uptime: metrics.uptimeSeconds,
  };
  const live = query.get('probe') === 'live';
  const serving = !draining && judged.status !== 'unhealthy';
  return json(live || serving ? 200 : 503, health);
};
