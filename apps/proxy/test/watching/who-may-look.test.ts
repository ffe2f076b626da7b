import { briefHealthSchema, healthSchema, metricsSnapshotSchema } from '@spillway/contracts';
import { describe, expect, it } from 'vitest';
import { ask, startTestBackend } from '../admission/ask.ts';
import { openForLong } from '../breaker/breaker-of.ts';
import type { Flags } from '../kit/config-from-flags.ts';
import { fieldOf, type RawResponse, valuesOf } from '../kit/raw-message.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { askAt, basic } from './ask-at.ts';

const token = 's3cret.token';
const withToken: Flags = { '--admin-token': token };
const withPort: Flags = { '--admin-port': 0 };
const challenges = ['Bearer realm="spillway"', 'Basic realm="spillway"'];

const shown = {
  nothing: {},
  'a wrong bearer token': { Authorization: 'Bearer wrong' },
  'a wrong password': { Authorization: basic('me', 'wrong') },
  'the bearer token': { Authorization: `Bearer ${token}` },
  'the password': { Authorization: basic('me', token) },
} as const;
type Shown = keyof typeof shown;
const opens: readonly Shown[] = ['the bearer token', 'the password'];

const bodyOf = ({ body }: RawResponse): unknown => JSON.parse(body.toString());

/** Status, and what kind of body it was. */
function kindOf(response: RawResponse): string {
  const body = bodyOf(response);
  if (metricsSnapshotSchema.safeParse(body).success) return 'metrics';
  if (healthSchema.safeParse(body).success) return 'health';
  if (briefHealthSchema.strict().safeParse(body).success) return 'brief health';
  return Object.keys(body as object).includes('error') ? 'error' : 'unknown';
}

/** What a listener with endpoints answers, by what was shown; `open`: no token is asked for. */
const expected = (path: string, isOpen: boolean): string => {
  const name = path.split('?')[0];
  if (name === '/proxy-health') return isOpen ? '200 health' : '200 brief health';
  if (!isOpen) return '401 error';
  return name === '/proxy-metrics' ? '200 metrics' : '404 error';
};

const paths = ['/proxy-metrics', '/proxy-health', '/proxy-health?probe=live', '/proxy-nothing'];
const matrix = paths.flatMap((path) =>
  (Object.keys(shown) as Shown[]).map((what) => [path, what] as const),
);

describe.each([
  ['neither', {}, false, false],
  ['a token', withToken, true, false],
  ['a port', withPort, false, true],
  ['both', { ...withToken, ...withPort }, true, true],
])('with %s', (_what, flags, asksToken, isApart) => {
  it.each(matrix)('%s with %s', async (path, what) => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url, ...flags });
    const fields = shown[what];
    const isOpen = !asksToken || opens.includes(what);

    const isForwarded = isApart || path === '/proxy-nothing';
    for (const method of ['GET', 'HEAD']) {
      const response = await ask(proxy, { path, fields, method });
      if (isForwarded) {
        expect(response.status).toBe(200);
        continue;
      }
      const wanted = expected(path, isOpen);
      if (method === 'HEAD') expect(response.body).toHaveLength(0);
      else expect(`${response.status} ${kindOf(response)}`, 'public').toBe(wanted);
      expect(response.status).toBe(Number(wanted.split(' ')[0]));
      const challenged = valuesOf(response, 'www-authenticate');
      expect(challenged).toEqual(response.status === 401 ? challenges : []);
      expect(fieldOf(response, 'cache-control')).toBe('no-store');
    }

    const { port } = proxy.running.admin;
    expect(port === proxy.port).toBe(!isApart);
    if (isApart) {
      const response = await askAt(port, { path, fields });
      expect(`${response.status} ${kindOf(response)}`, 'admin').toBe(expected(path, isOpen));
      const head = await askAt(port, { path, fields, method: 'HEAD' });
      expect([head.status, head.body.length]).toEqual([response.status, 0]);
      expect(Number(fieldOf(head, 'content-length'))).toBeGreaterThan(0);
    }
    expect(backend.stats().received).toBe(isForwarded ? 2 : 0);
  });
});

describe('a stranger', () => {
  it('learns that it is unhealthy and not where it forwards', async () => {
    const backend = await startTestBackend({ status: '503' });
    const flags = { '--target': backend.url, ...openForLong, ...withToken };
    const proxy = await startGateway(flags);
    for (let i = 0; i < 3; i++) await ask(proxy);
    const response = await ask(proxy, { path: '/proxy-health' });
    expect(response.status).toBe(503);
    expect(bodyOf(response)).toEqual({ status: 'unhealthy', reason_count: 1 });
  });

  it('is not told of the token, whatever is sent as one', async () => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url, ...withToken });
    for (const authorization of [token, `Bearer ${token}x`, `Basic ${token}`]) {
      const fields = { Authorization: authorization };
      const response = await ask(proxy, { path: '/proxy-metrics', fields });
      expect(response.status).toBe(401);
      expect(response.body.toString()).not.toContain('s3cret');
    }
  });

  it('may not write, and is not told what may be', async () => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url, ...withToken });
    const method = 'POST';
    expect((await ask(proxy, { path: '/proxy-metrics', method })).status).toBe(401);
    expect((await ask(proxy, { path: '/proxy-health', method })).status).toBe(405);
  });
});

describe('the configuration in force', () => {
  it('names the token and does not show it', async () => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url, ...withToken });
    const fields = shown['the bearer token'];
    const response = await ask(proxy, { path: '/proxy-metrics', fields });
    expect(metricsSnapshotSchema.parse(bodyOf(response)).config).toMatchObject({
      admin_token: '***',
      admin_token_file: null,
    });
    expect(response.body.toString()).not.toContain('s3cret');
  });
});

describe("a client's credentials", () => {
  it("are the upstream's business on all other paths", async () => {
    const backend = await startTestBackend();
    const proxy = await startGateway({ '--target': backend.url, ...withToken });
    expect((await ask(proxy, { path: '/', fields: shown.nothing })).status).toBe(200);
    const fields = shown['a wrong bearer token'];
    expect((await ask(proxy, { path: '/', fields })).status).toBe(200);
    expect(backend.stats().received).toBe(2);
  });
});
