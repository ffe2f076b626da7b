import { setTimeout as delay } from 'node:timers/promises';
import { type MetricsSnapshot, metricsSnapshotSchema } from '@spillway/contracts';
import { Agent, request } from 'undici';

export type ReadMetrics =
  | { readonly ok: true; readonly snapshot: MetricsSnapshot }
  | { readonly ok: false; readonly problem: string };

const timeoutMs = 5_000;

/** The counters of the Spillway that serves a URL, or why there are none; `token` is its --admin-token. */
export async function readProxyMetrics(
  url: URL,
  token: string | null = null,
): Promise<ReadMetrics> {
  const metricsUrl = new URL('/proxy-metrics', url);
  const none = (problem: string): ReadMetrics => ({
    ok: false,
    problem: `No counts to compare with: there is no Spillway at ${url.origin}. ${metricsUrl.pathname} ${problem}`,
  });
  // As for the load itself, certificates are not verified.
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false, timeout: timeoutMs } });
  try {
    const answer = await request(metricsUrl, {
      dispatcher,
      headers: {
        accept: 'application/json',
        ...(token === null ? null : { authorization: `Bearer ${token}` }),
      },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const text = await answer.body.text();
    if (answer.statusCode === 401) return { ok: false, problem: refusalOf(url, token) };
    if (answer.statusCode !== 200) return none(`answered ${answer.statusCode}.`);
    const parsed = metricsSnapshotSchema.safeParse(parseJson(text));
    if (!parsed.success)
      return none("answered, but not with a Spillway's metrics of this version.");
    return { ok: true, snapshot: parsed.data };
  } catch (error) {
    return none(`could not be read: ${(error as Error).message}.`);
  } finally {
    await dispatcher.destroy();
  }
}

function refusalOf({ origin }: URL, token: string | null): string {
  const remedy =
    token === null ? 'asks for a token: give --admin-token' : 'knows another --admin-token';
  return `No counts to compare with: the proxy at ${origin} ${remedy}.`;
}

const pollMs = 50;

/**
 * The same once nothing is under way, since a client's leaving takes the proxy a moment to notice; after
 * `withinMs` as it then is.
 */
export async function readSettledMetrics(
  url: URL,
  token: string | null = null,
  withinMs = 2_000,
): Promise<ReadMetrics> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const read = await readProxyMetrics(url, token);
    if (!read.ok || performance.now() >= deadline) return read;
    const { active_requests, queue_size } = read.snapshot.metrics;
    if (active_requests + queue_size === 0) return read;
    await delay(pollMs);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
