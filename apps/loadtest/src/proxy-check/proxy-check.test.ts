import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoadReport, MetricsSnapshot } from '@spillway/contracts';
import { snapshotWith } from '@spillway/contracts/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { makeReport } from '../../test/compare/make-report.ts';
import { checkProxy, type ProxyCheckInput } from './check-proxy.ts';
import { readProxyMetrics, readSettledMetrics } from './read-proxy-metrics.ts';

function snapshot(
  metrics: Partial<MetricsSnapshot['metrics']> = {},
  outcomes: Record<string, number> = {},
  uptime = 100,
): MetricsSnapshot {
  return snapshotWith({ metrics: { ...metrics, outcomes }, process: { uptime } });
}

function counts(
  outcomes: Partial<LoadReport['counts']['outcomes']>,
  more: Partial<LoadReport['counts']> = {},
): LoadReport['counts'] {
  const base = makeReport({ latenciesMs: [] }).counts;
  const all = { ...base.outcomes, ...outcomes };
  const sent = Object.values(all).reduce((sum, count) => sum + count, 0);
  return { ...base, ...more, outcomes: all, sent };
}

function check(input: Omit<ProxyCheckInput, 'before'> & { before?: MetricsSnapshot }) {
  const checked = checkProxy({ before: snapshot({}, {}, 1), ...input });
  if (!checked.ok) throw new Error(checked.problem);
  const { agrees, rows } = checked.check;
  return { agrees, rows, row: (what: string) => rows.find((row) => row.what === what) };
}

describe('the counts of client and proxy', () => {
  it('agree when every request is told alike', () => {
    const { agrees, rows } = check({
      counts: counts(
        { ok: 80, status: 20 },
        {
          statuses: { 200: 80, 404: 4, 500: 1, 503: 13, 504: 1, 400: 1 },
          proxy_outcomes: {
            queue_full: 10,
            breaker_open: 3,
            connection_read_timeout: 1,
            client_error: 1,
          },
        },
      ),
      before: snapshot({ total_requests: 7, successful_requests: 7 }, { ok: 7 }, 1),
      after: snapshot(
        {
          total_requests: 107,
          successful_requests: 91,
          failed_requests: 16,
          queue_rejected: 10,
          timeout_requests: 1,
        },
        { ok: 91, queue_full: 10, breaker_open: 3, connection_read_timeout: 1, client_error: 1 },
      ),
    });
    expect(rows.filter(({ why }) => why !== '')).toEqual([]);
    expect(agrees).toBe(true);
    expect(rows.map(({ what }) => what)).toEqual([
      'requests',
      'successful',
      'failed',
      'client gone',
      'refused by the queue',
      'timeouts at the upstream',
      'breaker_open',
      'client_error',
    ]);
  });

  it('disagree when others used the proxy', () => {
    const { agrees, row } = check({
      counts: counts({ ok: 80 }, { statuses: { 200: 80 } }),
      after: snapshot({ total_requests: 95, successful_requests: 95 }),
    });
    expect(agrees).toBe(false);
    expect(row('requests')?.why).toBe(
      '15 more at the proxy: others used the proxy at the same time',
    );
  });

  it('disagree when refusals carry no Proxy-Status', () => {
    const { agrees, row } = check({
      counts: counts({ ok: 80, status: 20 }, { statuses: { 200: 80, 503: 20 } }),
      after: snapshot({
        total_requests: 100,
        successful_requests: 80,
        failed_requests: 20,
        queue_rejected: 20,
      }),
    });
    expect(agrees).toBe(false);
    expect(row('refused by the queue')?.why).toContain('removes Proxy-Status');
    expect(row('failed')?.why).toBe('');
  });

  it('agree within what timed out, was cut or left unfinished at the client', () => {
    const { agrees, row } = check({
      counts: counts({ ok: 80, timeout: 5, unfinished: 2, refused: 3 }, { statuses: { 200: 80 } }),
      after: snapshot({ total_requests: 87, successful_requests: 81, client_aborted: 6 }),
    });
    expect(agrees).toBe(true);
    expect(row('requests')?.why).toContain('3 refused, 0 reset and 7 given up by the client');
    expect(row('client gone')).toMatchObject({ client: 7, proxy: 6 });
    expect(row('successful')?.why).toContain('the proxy may have ended them otherwise');
  });

  it('agree when the client had nothing left to send some with', () => {
    const { agrees, row } = check({
      counts: counts({ ok: 80, local: 20 }, { statuses: { 200: 80 } }),
      after: snapshot({ total_requests: 80, successful_requests: 80 }),
    });
    expect(agrees).toBe(true);
    expect(row('requests')).toMatchObject({ client: 80, proxy: 80, why: '' });
  });

  it('agree when the warm-up is what the proxy has more', () => {
    const input = {
      counts: counts({ ok: 80 }, { statuses: { 200: 80 } }),
      after: snapshot({ total_requests: 90, successful_requests: 90 }),
    };
    expect(check({ ...input, uncounted: 10 }).agrees).toBe(true);
    expect(check({ ...input, uncounted: 9 }).agrees).toBe(false);
  });

  it('cannot be compared when the proxy was restarted', () => {
    const before = snapshot({ total_requests: 5 }, {}, 100);
    const after = snapshot({ total_requests: 50 }, {}, 3);
    expect(checkProxy({ counts: counts({ ok: 45 }), before, after })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('restarted'),
    });
  });
});

describe('reading the metrics', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function serve(listener: RequestListener): Promise<URL> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/x?y=1`);
  }

  it('asks at the origin of the URL', async () => {
    const url = await serve((req, res) => {
      res.statusCode = req.url === '/proxy-metrics' ? 200 : 500;
      res.end(JSON.stringify(snapshot({ total_requests: 3 })));
    });
    expect(await readProxyMetrics(url)).toMatchObject({
      ok: true,
      snapshot: { metrics: { total_requests: 3 } },
    });
  });

  it('waits until nothing is under way', async () => {
    let active = 3;
    const url = await serve((_req, res) => {
      res.end(JSON.stringify(snapshot({ active_requests: active })));
      active = Math.max(0, active - 1);
    });
    expect(await readSettledMetrics(url)).toMatchObject({
      snapshot: { metrics: { active_requests: 0 } },
    });
  });

  it('takes what there is when something stays under way', async () => {
    const url = await serve((_req, res) => res.end(JSON.stringify(snapshot({ queue_size: 1 }))));
    expect(await readSettledMetrics(url, null, 0)).toMatchObject({
      snapshot: { metrics: { queue_size: 1 } },
    });
  });

  it.each([
    ['a 404', 404, '{}', '/proxy-metrics answered 404'],
    ['other JSON', 200, '{"status":"ok"}', "not with a Spillway's metrics"],
    ['a page', 200, '<html>', "not with a Spillway's metrics"],
  ])('says that %s is no Spillway', async (_what, status, body, problem) => {
    const url = await serve((_req, res) => {
      res.statusCode = status;
      res.end(body);
    });
    const read = await readProxyMetrics(url);
    expect(read).toMatchObject({ ok: false, problem: expect.stringContaining(problem) });
    expect(read).toMatchObject({
      problem: expect.stringContaining(`no Spillway at ${url.origin}.`),
    });
  });

  it.each([
    ['the token', 's3cret', { ok: true }],
    ['no token', null, { ok: false, problem: expect.stringContaining('give --admin-token') }],
    ['another', 'wrong', { ok: false, problem: expect.stringContaining('another --admin-token') }],
  ])('shows %s to a proxy that asks for one', async (_what, token, expected) => {
    const url = await serve((req, res) => {
      res.statusCode = req.headers.authorization === 'Bearer s3cret' ? 200 : 401;
      res.end(JSON.stringify(snapshot({ total_requests: 3 })));
    });
    const read = await readProxyMetrics(url, token);
    expect(read).toMatchObject(expected);
    expect(JSON.stringify(read)).not.toContain('wrong');
  });

  it('says that nobody listens', async () => {
    const url = await serve(() => {});
    server?.close();
    expect(await readProxyMetrics(url)).toMatchObject({
      ok: false,
      problem: expect.stringContaining('could not be read'),
    });
  });
});
