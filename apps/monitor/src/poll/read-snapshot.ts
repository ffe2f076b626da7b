import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import {
  type Finding,
  healthSchema,
  type MetricsSnapshot,
  metricsSnapshotSchema,
} from '@spillway/contracts';
import { type Failure, failureOf } from './failure.ts';
import { ofOurVersion } from './of-our-version.ts';
import { now, type PollResult, type Reading } from './reading.ts';

export interface PollTarget {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string | null;
  readonly timeoutMs: number;
}

/** No snapshot is that large; something else that never ends would fill the memory. */
const mostBytes = 16 * 1024 * 1024;

/** Polls one proxy over one connection, kept open from poll to poll. */
export class SnapshotReader {
  readonly #target: PollTarget;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(target: PollTarget) {
    this.#target = target;
    const Agent = target.url.startsWith('https:') ? HttpsAgent : HttpAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1 });
  }

  /** Never rejects, except with what `signal` was aborted for. */
  async read(signal: AbortSignal): Promise<Reading> {
    const { url, timeoutMs } = this.#target;
    const started = now();
    let result: PollResult;
    try {
      const { status, body } = await this.#get('/proxy-metrics', signal);
      result = resultOf(status, body);
    } catch (error) {
      signal.throwIfAborted();
      result = { ok: false, failure: failureOf(error as Error, timeoutMs) };
    }
    const at = now();
    const findings = result.ok ? await this.#findings(signal) : null;
    return { url, at, tookMs: at - started, result, findings };
  }

  /** It has watched itself for longer than we did. Null where it says nothing of that, or nothing that we know. */
  async #findings(signal: AbortSignal): Promise<readonly Finding[] | null> {
    try {
      const { body } = await this.#get('/proxy-health', signal);
      return healthSchema.pick({ findings: true }).parse(JSON.parse(body)).findings;
    } catch {
      signal.throwIfAborted();
      return null;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #get(
    path: string,
    signal: AbortSignal,
    mayRepeat = true,
  ): Promise<{ status: number; body: string }> {
    const { url, token, timeoutMs } = this.#target;
    const request = url.startsWith('https:') ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      const req = request(`${url}${path}`, {
        agent: this.#agent,
        headers: {
          accept: 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      const timer = setTimeout(() => {
        req.destroy(new DOMException('no answer in time', 'TimeoutError'));
      }, timeoutMs);
      const abort = (): void => {
        req.destroy(new Error('the monitor ends'));
      };
      signal.addEventListener('abort', abort, { once: true });
      const settle = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
      };
      req.on('error', (error) => {
        settle();
        // The proxy closed the idle connection just as it was used again.
        const stale = req.reusedSocket && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
        if (stale && mayRepeat) this.#get(path, signal, false).then(resolve, reject);
        else reject(error);
      });
      req.on('response', (response) => {
        readBody(response)
          .then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
          .finally(settle);
      });
      req.end();
    });
  }
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Error('an endless answer');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function resultOf(status: number, body: string): PollResult {
  if (status === 401 || status === 403) return failed('unauthorized', `answered ${status}`);
  if (status !== 200) return failed('status', `/proxy-metrics answered ${status}`);
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const start = body.trim().slice(0, 40);
    return failed('bad_json', start === '' ? 'an empty answer' : `the answer begins "${start}"`);
  }
  return snapshotOf(json);
}

/** Checked, since anything may answer at an address, or stand in a file. */
export function snapshotOf(json: unknown): PollResult {
  const parsed = metricsSnapshotSchema.safeParse(ofOurVersion(json));
  if (parsed.success) return { ok: true, snapshot: parsed.data as MetricsSnapshot };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') || 'the answer';
  return failed('not_spillway', `${where}: ${issue?.message ?? 'not as expected'}`);
}

function failed(code: Failure['code'], detail: string): PollResult {
  return { ok: false, failure: { code, detail } };
}
