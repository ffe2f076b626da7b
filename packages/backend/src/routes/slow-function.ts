import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

/** `/api/slow-function`: takes `slowFunction`, a few seconds unless the script or `?latency=` says otherwise. */
export const slowFunction: Route = {
  example: '/api/slow-function',
  summary: 'a slow answer; ?latency=10s for slower',
  matches: (path) => path === '/api/slow-function',
  workMs: ({ plan, query, draw }) =>
    (query.has('latency') ? plan.latency : plan.slowFunction).quantileMs(draw.latency),
  answer: ({ res }, status) => sendJson(res, status, { result: 'done, at last' }),
};
