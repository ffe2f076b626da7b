import autocannon from 'autocannon';
import type { ClosedPlan, Engine } from '../engine.ts';
import { longestTimerMs } from '../longest-timer.ts';
import { ClosedRun } from './closed-run.ts';
import type { PrivateClient } from './private-client.ts';

// This folder alone knows autocannon, and touches its private fields: 9.0.0, pinned.

/**
 * The closed model: `concurrent` connections, each with one request under way. A connection that can't be
 * made is tried again after 100 ms, growing to 1 s. Certificates are not verified.
 */
export const runClosed: Engine<ClosedPlan> = async (plan, observer, signal) => {
  if (signal.aborted || plan.length.requests === 0) return;
  const run = new ClosedRun(plan, observer);
  const abort = () => run.destroy();
  const { durationMs } = plan.length;
  const deadline =
    durationMs === null
      ? undefined
      : setTimeout(() => run.end(), Math.min(durationMs, longestTimerMs));
  signal.addEventListener('abort', abort, { once: true });
  try {
    await autocannon({
      url: plan.request.url.href,
      // It refuses more connections than requests.
      connections: Math.min(plan.concurrent, plan.length.requests ?? plan.concurrent),
      method: plan.request.method as 'GET',
      headers: headersOf(plan),
      setupClient: (client) => run.add(client as unknown as PrivateClient),
      // Ours are the deadline, the number of requests and the statistics; it is over when all clients are
      // destroyed, at its next sample. (`ignoreCoordinatedOmission` is refused without a rate of its own.)
      duration: longestTimerMs / 1000,
      sampleInt: 20,
      skipAggregateResult: true,
    });
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', abort);
  }
};

/** The body goes round autocannon, which would copy it once a connection. */
function headersOf({ request }: ClosedPlan): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (!/^(content-length|connection)$/i.test(name)) headers[name] = value;
  }
  if (request.body !== null) headers['Content-Length'] = String(request.body.length);
  return headers;
}
