import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Backend, startBackend } from '@spillway/backend';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asking, bytesOfRequest } from '../admission/ask.ts';
import { RawClient } from '../kit/raw-client.ts';
import { fieldOf, ourVia, type RawResponse } from '../kit/raw-message.ts';
import { TestGateway } from '../kit/test-gateway.ts';
import { missingNginx, type Nginx, startNginx } from './nginx.ts';

/** Fields that a gateway owns, and the clock's. */
const notEndToEnd = new Set(['connection', 'keep-alive', 'transfer-encoding', 'date']);
const ours = new Set(['via', 'x-request-id']);

const sizes = [0, 1, 1000, 8191, 8192, 65_536, 1_048_577, 5_000_000];

async function ask(port: number, asking: Asking): Promise<RawResponse> {
  const client = await RawClient.open(port);
  try {
    void client.send(
      bytesOfRequest({ ...asking, fields: { Host: 'files.test', ...asking.fields } }),
    );
    return await client.readResponse(asking.method);
  } finally {
    client.destroy();
  }
}

describe.skipIf(missingNginx !== null)(
  `In front of nginx${missingNginx ? `: ${missingNginx}` : ''}`,
  () => {
    let backend: Backend;
    let nginx: Nginx;
    let proxy: TestGateway;

    beforeAll(async () => {
      backend = await startBackend();
      nginx = await startNginx(backend.url);
      proxy = await TestGateway.open({ '--target': `http://127.0.0.1:${nginx.port}` });
      for (const size of sizes) writeFileSync(join(nginx.files, `${size}.bin`), randomBytes(size));
      writeFileSync(join(nginx.files, 'text.txt'), 'The same line again.\n'.repeat(5000));
      mkdirSync(join(nginx.files, 'folder'));
    });
    afterAll(async () => {
      await proxy?.nothingLeft();
      await proxy?.close();
      await nginx?.close();
      await backend?.close();
    });

    /** Asks beside the proxy and through it; everything between the ends has to be the same. */
    async function askBoth(asking: Asking): Promise<RawResponse> {
      const beside = await ask(nginx.port, asking);
      const through = await ask(proxy.port, asking);
      expect([through.status, through.reason]).toEqual([beside.status, beside.reason]);
      expect(through.body.equals(beside.body)).toBe(true);
      expect(through.framing).toBe(beside.framing);
      const endToEnd = ({ fields }: RawResponse) =>
        fields.filter(([name]) => !notEndToEnd.has(name.toLowerCase()));
      expect(endToEnd(through).filter(([name]) => !ours.has(name))).toEqual(endToEnd(beside));
      expect(fieldOf(through, 'date')).toBeDefined();
      expect(fieldOf(through, 'via')).toMatch(ourVia);
      return through;
    }

    test.each(sizes)(
      'a file of %d bytes is the same through and beside the proxy',
      async (size) => {
        const { status, body } = await askBoth({ path: `/${size}.bin` });
        expect(status).toBe(200);
        expect(body.equals(readFileSync(join(nginx.files, `${size}.bin`)))).toBe(true);
      },
    );

    test.each(sizes)('HEAD of a file of %d bytes keeps its Content-Length', async (size) => {
      const response = await askBoth({ method: 'HEAD', path: `/${size}.bin` });
      expect(fieldOf(response, 'content-length')).toBe(String(size));
      expect(response.body).toHaveLength(0);
    });

    test.each([
      ['bytes=0-0', 206],
      ['bytes=100-65636', 206],
      ['bytes=-500', 206],
      ['bytes=1048570-', 206],
      ['bytes=2000000-', 416],
      ['lines=1-2', 200],
    ])('Range: %s is answered with %d alike', async (range, status) => {
      const response = await askBoth({ path: '/1048577.bin', fields: { Range: range } });
      expect(response.status).toBe(status);
      if (status === 206)
        expect(fieldOf(response, 'content-range')).toMatch(/^bytes \d+-\d+\/1048577$/);
    });

    test('several ranges come as parts, byte for byte', async () => {
      const asking = { path: '/1048577.bin', fields: { Range: 'bytes=0-9,1000-70000,-5' } };
      // nginx counts its boundaries on: the same digits everywhere.
      const parts = async (port: number) => {
        const { status, fields, body } = await ask(port, asking);
        const boundary = /boundary=(\d+)/.exec(fieldOf({ fields }, 'content-type') ?? '')?.[1];
        expect([status, boundary]).toEqual([206, expect.any(String)]);
        return body.toString('latin1').replaceAll(boundary as string, 'boundary');
      };
      expect(await parts(proxy.port)).toBe(await parts(nginx.port));
    });

    test('304 answers If-None-Match and If-Modified-Since', async () => {
      const first = await askBoth({ path: '/1000.bin' });
      for (const fields of [
        { 'If-None-Match': fieldOf(first, 'etag') as string },
        { 'If-Modified-Since': fieldOf(first, 'last-modified') as string },
      ]) {
        const response = await askBoth({ path: '/1000.bin', fields });
        expect([response.status, response.body.length]).toEqual([304, 0]);
      }
      const changed = await askBoth({
        path: '/1000.bin',
        fields: { 'If-None-Match': '"another"' },
      });
      expect(changed.status).toBe(200);
    });

    test('gzip stays as nginx made it', async () => {
      const response = await askBoth({ path: '/text.txt', fields: { 'Accept-Encoding': 'gzip' } });
      expect(fieldOf(response, 'content-encoding')).toBe('gzip');
      expect(response.framing).toBe('chunked');
      expect(gunzipSync(response.body).equals(readFileSync(join(nginx.files, 'text.txt')))).toBe(
        true,
      );
      const plain = await askBoth({ path: '/text.txt' });
      expect(fieldOf(plain, 'content-encoding')).toBeUndefined();
    });

    test.each([
      ['/none.bin', 404],
      ['/folder', 301],
      ['/folder/', 403],
      ['/%2e%2e/nginx.conf', 400],
      ['/1000.bin?query=kept&a=%20', 200],
      ['/./x/../1000.bin', 200],
    ])('%s is answered with %d alike', async (path, status) => {
      expect((await askBoth({ path })).status).toBe(status);
    });

    test.each(sizes)('an upload of %d bytes by PUT is on the disk as it was sent', async (size) => {
      const body = randomBytes(size);
      const put = (port: number, name: string) =>
        ask(port, {
          method: 'PUT',
          path: `/dav/${name}`,
          fields: { 'Content-Length': size },
          body: body.toString('latin1'),
        });
      expect((await put(nginx.port, 'beside')).status).toBe(201);
      const { status } = await put(proxy.port, 'through');
      expect(status).toBe(201);
      expect(readFileSync(join(nginx.files, 'dav', 'through')).equals(body)).toBe(true);
      for (const name of ['beside', 'through']) {
        await ask(nginx.port, { method: 'DELETE', path: `/dav/${name}` });
      }
    });

    test('a chunked upload arrives whole', async () => {
      const chunk = 'x'.repeat(1000);
      const body = `${`3e8\r\n${chunk}\r\n`.repeat(100)}0\r\n\r\n`;
      const response = await ask(proxy.port, {
        method: 'PUT',
        path: '/dav/chunked',
        fields: { 'Transfer-Encoding': 'chunked' },
        body,
      });
      expect(response.status).toBe(201);
      expect(readFileSync(join(nginx.files, 'dav', 'chunked'), 'latin1')).toBe(chunk.repeat(100));
    });

    test('a hundred requests on one connection all get their own file', async () => {
      const client = await RawClient.open(proxy.port);
      for (let i = 0; i < 100; i++) {
        const size = sizes[i % 6] as number;
        await client.send(bytesOfRequest({ path: `/${size}.bin` }));
        const { body } = await client.readResponse();
        expect(body.equals(readFileSync(join(nginx.files, `${size}.bin`)))).toBe(true);
      }
      client.destroy();
    });
  },
);
