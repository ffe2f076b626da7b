import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay, setImmediate as turn } from 'node:timers/promises';
import { seededRandom } from '@spillway/core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { fieldOf } from '../kit/raw-message.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';

const KiB = 1024;
/** Around what one write, one string and one read take; the last is more than the system holds for a slow reader. */
const sizes = [1, 100, 8 * KiB, 8 * KiB + 1, 64 * KiB, 300_000, 1024 * KiB, 5000 * KiB];

/** No two seeds have four bytes in common at the same place, and no place of one is like another of it. */
function bytesOf(seed: number, size: number): Buffer {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i++) {
    words[i] = (Math.imul(seed + 1, 0x9e37_79b1) ^ Math.imul(i, 0x85eb_ca6b)) >>> 0;
  }
  return Buffer.from(words.buffer, 0, size);
}

const hashOf = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

/** Pieces of sizes that hit no boundary, a turn or two of the loop between them. */
async function* slowly(bytes: Buffer, seed: number): AsyncGenerator<Buffer> {
  const draw = seededRandom(seed);
  for (let at = 0; at < bytes.length; ) {
    const end = Math.min(
      bytes.length,
      at + 1 + Math.floor(draw() * Math.max(5000, bytes.length / 8)),
    );
    yield bytes.subarray(at, end);
    at = end;
    if (draw() < 0.3) await delay(1);
    else await turn();
  }
}

async function writeSlowly(
  to: ServerResponse | ReturnType<typeof request>,
  bytes: Buffer,
  seed: number,
) {
  for await (const piece of slowly(bytes, seed)) {
    if (to.destroyed) return;
    if (!to.write(piece)) await Promise.race([once(to, 'drain'), once(to, 'close')]);
  }
  to.end();
}

interface Play {
  readonly seed: number;
  readonly up: number;
  readonly down: number;
  readonly chunked: boolean;
  readonly slowWriter: boolean;
  readonly slowReader: boolean;
  /** The first attempt is answered 503. */
  readonly twice?: boolean;
}

/** Answers with the bytes of a seed, and the hash of what it got. */
async function startUpstream(): Promise<string> {
  const seen = new Set<number>();
  const server = createServer((req, res) => {
    // Whoever leaves ends it.
    answer(req, res, seen).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function answer(req: IncomingMessage, res: ServerResponse, seen: Set<number>): Promise<void> {
  const hash = createHash('sha1');
  for await (const chunk of req) hash.update(chunk as Buffer);
  const play = JSON.parse(req.headers['x-play'] as string) as Play;
  if (play.twice && !seen.has(play.seed)) {
    seen.add(play.seed);
    res.writeHead(503).end();
    return;
  }
  res.setHeader('x-got', hash.digest('hex'));
  if (!play.chunked) res.setHeader('content-length', play.down);
  const body = bytesOf(play.seed, play.down);
  if (play.slowWriter) await writeSlowly(res, body, play.seed);
  else res.end(body);
}

async function readBody(response: IncomingMessage, slow: boolean): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    if (slow && bytes > 200_000) {
      bytes = 0;
      await delay(2);
    }
  }
  return Buffer.concat(chunks);
}

async function exchange(proxy: TestGateway, agent: Agent, play: Play): Promise<void> {
  const sent = bytesOf(play.seed + 7, play.up);
  const headers: Record<string, string | number> = { 'x-play': JSON.stringify(play) };
  if (!play.chunked) headers['content-length'] = play.up;
  const req = request({ port: proxy.port, method: 'PUT', agent, headers });
  if (play.slowWriter) void writeSlowly(req, sent, play.seed);
  else req.end(sent);
  const [response] = (await once(req, 'response')) as [IncomingMessage];
  // The system takes what it can meanwhile.
  if (play.slowReader) await delay(20);
  const body = await readBody(response, play.slowReader);
  const what = JSON.stringify(play);
  expect([response.statusCode, body.length], what).toEqual([200, play.down]);
  expect(body.equals(bytesOf(play.seed, play.down)), `the response of ${what}`).toBe(true);
  expect(response.headers['x-got'], `the body of ${what}`).toBe(hashOf(sent));
}

function drawPlay(draw: () => number, seed: number): Play {
  const size = () => sizes[Math.floor(draw() * sizes.length)] as number;
  const maybe = () => draw() < 0.5;
  return {
    ...{ seed, up: size(), down: size(), chunked: maybe() },
    ...{ slowWriter: maybe(), slowReader: maybe() },
  };
}

async function visit(proxy: TestGateway, index: number, rounds: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const draw = seededRandom(index + 1);
  for (let i = 0; i < rounds; i++) {
    await exchange(proxy, agent, drawPlay(draw, index * 1000 + i));
  }
  agent.destroy();
}

/** It asks, and leaves at some moment of it. */
async function leave(proxy: TestGateway, index: number): Promise<void> {
  const draw = seededRandom(index + 500);
  const play = { ...drawPlay(draw, index), up: 3000 * KiB, down: 5000 * KiB };
  const headers = { 'x-play': JSON.stringify(play), 'content-length': play.up };
  const req = request({ port: proxy.port, method: 'POST', headers, agent: false });
  req.on('error', () => {});
  if (draw() < 0.5) {
    req.write(bytesOf(index, Math.floor(draw() * play.up)));
    await delay(draw() * 20);
  } else {
    req.end(bytesOf(index, play.up));
    const [response] = (await once(req, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    response.once('data', () => {});
    await delay(draw() * 10);
  }
  if (draw() < 0.5) req.socket?.resetAndDestroy();
  req.destroy();
}

const roomy = { '--max-concurrent-requests': 100, '--max-queue-size': 200, '--max-retries': 0 };

test('Bodies of many connections that go both ways at the same time are each its own, byte for byte', async () => {
  const proxy = await startGateway({ '--target': await startUpstream(), ...roomy });
  await Promise.all(Array.from({ length: 30 }, (_, index) => visit(proxy, index, 4)));
  expect(proxy.instance.metrics.snapshot().metrics.failed_requests).toBe(0);
  expect(proxy.instance.responseMemory.heldBytes).toBe(0);
  expect(proxy.instance.replayMemory.heldBytes).toBe(0);
});

test('Clients that leave within bodies take nothing of others with them, and leave nothing', async () => {
  const proxy = await startGateway({ '--target': await startUpstream(), ...roomy });
  await Promise.all([
    ...Array.from({ length: 12 }, (_, index) => visit(proxy, index + 50, 3)),
    ...Array.from({ length: 30 }, (_, index) => leave(proxy, index)),
  ]);
  await eventually(() => {
    expect(proxy.instance.exchanges.size).toBe(0);
    expect(proxy.service.permits.inFlight).toBe(0);
  });
  expect(proxy.instance.responseMemory.heldBytes).toBe(0);
  expect(proxy.instance.replayMemory.heldBytes).toBe(0);
});

test('Bodies that are sent again are the same, whatever has been read since', async () => {
  const target = await startUpstream();
  const flags = { ...roomy, '--max-retries': 1, '--retry-budget': '100%' };
  const proxy = await startGateway({
    ...{ '--target': target, '--circuit-breaker-threshold': 1000 },
    ...flags,
  });
  await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let i = 0; i < 3; i++) {
        await exchange(proxy, agent, {
          ...{ seed: index * 10 + i, up: 60_000, down: 100, chunked: i === 1 },
          ...{ slowWriter: i > 0, slowReader: false, twice: true },
        });
      }
      agent.destroy();
    }),
  );
  expect(proxy.service.traffic.retries).toBe(60);
  expect(proxy.instance.replayMemory.heldBytes).toBe(0);
});

test('Pipelined requests with bodies have each its own, in order', async () => {
  const proxy = await startGateway({ '--target': await startUpstream(), ...roomy });
  const client = await proxy.connect();
  const plays = [300_000, 10, 700_000, 8193].map((bytes, seed) => ({
    ...{ seed, up: bytes, down: 1_000_000 - bytes, chunked: seed % 2 === 1 },
    ...{ slowWriter: seed > 1, slowReader: false },
  }));
  const messages = plays.map((play) => {
    const body = bytesOf(play.seed, play.up);
    const start = `POST / HTTP/1.1\r\nHost: x\r\nX-Play: ${JSON.stringify(play)}\r\n`;
    const content = play.chunked
      ? [
          `Transfer-Encoding: chunked\r\n\r\n${(1).toString(16)}\r\n`,
          body.subarray(0, 1),
          ...(play.up > 1 ? [`\r\n${(play.up - 1).toString(16)}\r\n`, body.subarray(1)] : []),
          '\r\n0\r\n\r\n',
        ]
      : [`Content-Length: ${play.up}\r\n\r\n`, body];
    const parts = [start, ...content].map((part) => Buffer.from(part as string, 'latin1'));
    return Buffer.concat(parts);
  });
  void client.send(Buffer.concat(messages));
  for (const play of plays) {
    const response = await client.readResponse();
    expect(response.status).toBe(200);
    expect(response.body.equals(bytesOf(play.seed, play.down)), `response ${play.seed}`).toBe(true);
    const got = fieldOf(response, 'x-got');
    expect(got, `body ${play.seed}`).toBe(hashOf(bytesOf(play.seed, play.up)));
  }
});
