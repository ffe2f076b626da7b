import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { LoadPlan, LoadRequest, Observer } from './engine.ts';
import { runPlan } from './run-plan.ts';

const rounds = 1500;
/** Each takes two descriptors, here and at the server: what a process is limited to is for the target. */
const connections = 16;
/** Longer only where connections can't be had. */
const longestMs = 1000;
const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello');
const nobody: Observer = { onSent() {}, onEnded() {}, onDropped() {} };

/**
 * Runs the engine of a plan's model against a server in this very thread, for a sixth of a second: code that has
 * never run makes the first tenths of a second late, by up to 80 ms at 5,000 requests a second. Call it
 * before the run's clock starts; nothing is sent to the target.
 */
export async function warmEngine({ model }: LoadPlan): Promise<void> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(answer));
  });
  // Out of descriptors the run itself tells of it.
  const isListening = await new Promise<boolean>((resolve) => {
    server.on('error', () => resolve(false));
    server.listen(0, '127.0.0.1', () => resolve(true));
  });
  if (!isListening) return;
  const { port } = server.address() as AddressInfo;
  await runPlan(planTo(port, model), nobody, new AbortController().signal);
  await new Promise((resolve) => server.close(resolve));
}

function planTo(port: number, model: LoadPlan['model']): LoadPlan {
  const request: LoadRequest = {
    url: new URL(`http://127.0.0.1:${port}/`),
    method: 'GET',
    headers: {},
    body: null,
    timeoutMs: 1000,
  };
  const length = { requests: rounds, durationMs: longestMs, drain: true };
  if (model === 'closed') return { model, request, length, concurrent: connections };
  const rate = 10_000;
  return {
    model,
    request,
    length,
    stages: [{ durationMs: Number.POSITIVE_INFINITY, rate }],
    startRate: rate,
    arrivals: 'constant',
    maxInFlight: connections,
    seed: 1,
  };
}
