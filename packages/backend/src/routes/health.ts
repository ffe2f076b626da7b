import type { Route } from './route.ts';
import { sendJson } from './send-json.ts';

/** `/api/health`: at once, as health checks are; faults and statuses show here too. */
export const health: Route = {
  example: '/api/health',
  summary: 'a quick answer',
  matches: (path) => path === '/api/health',
  workMs: () => 0,
  answer: ({ res }, status) => sendJson(res, status, { status: status < 500 ? 'ok' : 'failing' }),
};
