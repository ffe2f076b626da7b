import { createHash, randomBytes } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Backend, startBackend } from '@spillway/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProxyProcess } from '../lifecycle/proxy-process.ts';
import { missingNginx, type Nginx, startNginx } from './nginx.ts';

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;
/** What the process holds once it has carried much: V8 and the buffers grow to their usual size first. */
const warmUpBytes = 64 * MiB;
const patienceMs = 240_000;

/** Sparse on the disk, and different in every 16 MiB, so that what is lost or swapped shows. */
function writeSparse(file: string, size: number): void {
  const descriptor = openSync(file, 'w');
  ftruncateSync(descriptor, size);
  for (let at = 0; at < size; at += 16 * MiB) writeSync(descriptor, randomBytes(4096), 0, 4096, at);
  closeSync(descriptor);
}

const residentBytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]) * 1024;

/** The most memory that the process ever held while the work went on. */
async function peakOf(pid: number, work: Promise<unknown>): Promise<number> {
  let peak = residentBytes(pid);
  const sampling = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, 10);
  try {
    await work;
  } finally {
    clearInterval(sampling);
  }
  return Math.max(peak, residentBytes(pid));
}

const report = (what: string, idle: number, warm: number, growth: number): void => {
  const [idleMiB, warmMiB, growthMiB] = [idle, warm, growth].map((bytes) =>
    Math.round(bytes / MiB),
  );
  console.log(
    `${what} of 1 GiB: grew by ${growthMiB} MiB; ${idleMiB} MiB idle, ${warmMiB} MiB warm`,
  );
};

async function download(port: number, path: string) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, resolve).once('error', reject).end();
  });
  expect(response.statusCode).toBe(200);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Sends the bytes to the sink behind nginx; what was sent, and what the sink says it got. */
async function upload(port: number, size: number) {
  const hash = createHash('sha256');
  const block = randomBytes(MiB);
  function* blocks() {
    for (let at = 0; at < size; at += MiB) {
      // Each block differs from all others in its first bytes.
      const piece = Buffer.from(block);
      piece.writeUInt32LE(at / MiB);
      hash.update(piece);
      yield piece;
    }
  }
  const options = { host: '127.0.0.1', port, path: '/sink/upload', method: 'POST' };
  const sending = request({ ...options, headers: { 'content-length': size } });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', resolve).once('error', reject);
  });
  await pipeline(Readable.from(blocks()), sending);
  const received = JSON.parse(await text(await answered));
  return { sent: { bytes: size, sha256: hash.digest('hex') }, received };
}

describe.skipIf(missingNginx !== null)(
  `In front of nginx${missingNginx ? `: ${missingNginx}` : ''}`,
  () => {
    let backend: Backend;
    let nginx: Nginx;

    beforeAll(async () => {
      backend = await startBackend();
      nginx = await startNginx(backend.url);
    });
    afterAll(async () => {
      await nginx?.close();
      await backend?.close();
    });

    const startProxy = () =>
      ProxyProcess.start(['--host', '127.0.0.1', '--target', `http://127.0.0.1:${nginx.port}`]);

    test('1 GiB comes down the same, and the proxy does not grow by 64 MiB', {
      timeout: patienceMs,
    }, async () => {
      writeSparse(join(nginx.files, 'large.bin'), GiB);
      writeSparse(join(nginx.files, 'warm-up.bin'), warmUpBytes);
      const proxy = await startProxy();
      const idle = residentBytes(proxy.pid);
      await download(proxy.port, '/warm-up.bin');
      const before = residentBytes(proxy.pid);
      const through = download(proxy.port, '/large.bin');
      const growth = (await peakOf(proxy.pid, through)) - before;
      report('download', idle, before, growth);
      expect(await through).toEqual(await download(nginx.port, '/large.bin'));
      expect((await through).bytes).toBe(GiB);
      expect(growth).toBeLessThan(64 * MiB);
    });

    test('1 GiB goes up the same, and the proxy does not grow by 64 MiB', {
      timeout: patienceMs,
    }, async () => {
      const proxy = await startProxy();
      const idle = residentBytes(proxy.pid);
      await upload(proxy.port, warmUpBytes);
      const before = residentBytes(proxy.pid);
      const through = upload(proxy.port, GiB);
      const growth = (await peakOf(proxy.pid, through)) - before;
      report('upload', idle, before, growth);
      const { sent, received } = await through;
      expect(received).toEqual(sent);
      expect(growth).toBeLessThan(64 * MiB);
    });

    test('A client that reads 1 GiB slowly does not fill the proxy', {
      timeout: patienceMs,
    }, async () => {
      writeSparse(join(nginx.files, 'slow.bin'), GiB);
      writeSparse(join(nginx.files, 'warm-up.bin'), warmUpBytes);
      const proxy = await startProxy();
      await download(proxy.port, '/warm-up.bin');
      const before = residentBytes(proxy.pid);
      const readers = Array.from(
        { length: 8 },
        () =>
          new Promise<void>((resolve) => {
            const reading = request(
              { host: '127.0.0.1', port: proxy.port, path: '/slow.bin' },
              (response) => {
                // Takes the first bytes and then no more, for as long as a second of pumping would take.
                response.once('readable', () =>
                  setTimeout(() => resolve(void reading.destroy()), 1000),
                );
              },
            ).end();
            reading.on('error', () => {});
          }),
      );
      const growth = (await peakOf(proxy.pid, Promise.all(readers))) - before;
      expect(growth).toBeLessThan(64 * MiB);
    });
  },
);
