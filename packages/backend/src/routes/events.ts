import type { Route } from './route.ts';

/** `/events`: server-sent events, one an `interval`; `?count=N` ends after N. */
export const events: Route = {
  example: '/events',
  summary: 'server-sent events, one an interval; ?count=3 ends after three',
  matches: (path) => path === '/events',
  async answer(exchange, status) {
    const { res, query, plan } = exchange;
    const count = Number(query.get('count') ?? Number.POSITIVE_INFINITY);
    res.writeHead(status, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
    res.flushHeaders();
    for (let id = 1; id <= count; id++) {
      res.write(`id: ${id}\ndata: {"count":${id}}\n\n`);
      if (id < count && !(await exchange.pause(plan.intervalMs))) return;
    }
    res.end();
  },
};
