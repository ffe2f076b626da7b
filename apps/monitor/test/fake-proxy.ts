import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsSnapshot } from '@spillway/contracts';
import { type PartOf, snapshotWith } from '@spillway/contracts/testing';
import { onTestFinished } from 'vitest';

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

export interface FakeProxy {
  readonly url: string;
  readonly polls: number;
  /** From now on; a part of a snapshot, or whatever a listener does. */
  answers(with_: PartOf<MetricsSnapshot> | Answer): void;
  /** Nothing listens there any more, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Something at an address that answers as told: what no real proxy would do on request. */
export async function startFakeProxy(): Promise<FakeProxy> {
  let answer: Answer = snapshot({});
  let polls = 0;
  const server = createServer((req, res) => {
    if (req.url === '/proxy-metrics') polls++;
    answer(req, res);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  onTestFinished(stop);
  return {
    url: `http://127.0.0.1:${port}`,
    get polls() {
      return polls;
    },
    answers: (with_) => {
      answer = typeof with_ === 'function' ? with_ : snapshot(with_);
    },
    stop,
    start: () => listen(port),
  };
}

const begun = performance.now();

function snapshot(part: PartOf<MetricsSnapshot>): Answer {
  return (_req, res) => {
    const uptime = part.process?.uptime ?? (performance.now() - begun) / 1_000;
    const whole = snapshotWith({ ...part, process: { ...part.process, uptime } });
    res.setHeader('content-type', 'application/json').end(JSON.stringify(whole));
  };
}
