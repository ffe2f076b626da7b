import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** A server in a thread of its own, so that it can be frozen while the load goes on. */
export async function startFreezableServer(answerMs: number) {
  const thread = new Worker(threadSource, { eval: true, workerData: answerMs });
  onTestFinished(async () => void (await thread.terminate()));
  const [port] = (await once(thread, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}/`,
    freeze: (ms: number) => thread.postMessage(ms),
  };
}

const threadSource = `
const { createServer } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer((_, res) => setTimeout(() => res.end('hello'), workerData));
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
parentPort.on('message', (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms));
`;
