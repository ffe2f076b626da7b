import { expect, onTestFinished } from 'vitest';
import { request } from '../kit/cases.ts';
import { RawClient } from '../kit/raw-client.ts';
import type { TestGateway } from '../kit/test-gateway.ts';

/** Fails the test for what nobody caught, here or in the proxy. */
export function failOnUncaught(): () => void {
  const caught: unknown[] = [];
  const listen = (error: unknown) => caught.push(error);
  process.on('uncaughtException', listen);
  process.on('unhandledRejection', listen);
  onTestFinished(() => {
    process.off('uncaughtException', listen);
    process.off('unhandledRejection', listen);
  });
  return () => expect(caught).toEqual([]);
}

/** The proxy still does what it is there for. */
export async function expectNormal(proxy: TestGateway): Promise<void> {
  const client = await RawClient.open(proxy.port);
  try {
    await client.send(request('PUT /normal', ['Content-Length: 2'], 'hi'));
    const { status, body } = await client.readResponse('PUT');
    expect([status, body.toString()]).toEqual([200, 'normal']);
  } finally {
    client.destroy();
  }
}

/** Turns of the event loop within which a proxy of this process accepts and reads. */
const mostTurns = 20;

/** Sends each piece once the proxy has read the one before it, so that its reads end where the pieces do. */
export async function sendApart(
  proxy: TestGateway,
  client: RawClient,
  pieces: readonly string[],
): Promise<void> {
  const { clientSockets } = proxy.instance;
  const { socket } = client;
  for (const piece of pieces) {
    await client.send(piece);
    for (let turn = 0; turn < mostTurns; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      const own = [...clientSockets].find(({ remotePort }) => remotePort === socket.localPort);
      if (own !== undefined && own.bytesRead >= socket.bytesWritten) break;
    }
  }
}

/** Plays `runs` inputs, `together` at a time; a failure names the seed and the input. */
export async function playAll(
  runs: number,
  together: number,
  seed: number,
  play: (run: number) => Promise<void>,
  afterEach: () => Promise<void>,
): Promise<void> {
  for (let first = 0; first < runs; first += together) {
    const batch = Array.from({ length: Math.min(together, runs - first) }, (_, i) => first + i);
    const failures: unknown[] = [];
    await Promise.all(
      batch.map((run) =>
        play(run).catch((error) => {
          failures.push(new Error(`input ${run} (FUZZ_SEED=${seed}): ${error}`, { cause: error }));
        }),
      ),
    );
    if (failures.length > 0) throw failures[0];
    await afterEach();
  }
}
