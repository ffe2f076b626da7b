import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';

const installed = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

async function run(command: string, ...args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return text(child.stdout);
}

async function start() {
  const backend = await startTestBackend();
  const proxy = await startGateway({ '--target': backend.url, '--h2c': true });
  return `http://127.0.0.1:${proxy.port}`;
}

describe.skipIf(!installed('curl'))('curl', () => {
  const curl = (...args: string[]) =>
    run('curl', '--silent', '--show-error', '--max-time', '10', '--http2-prior-knowledge', ...args);

  test('fetches a page, and its head', async () => {
    const url = await start();
    expect(await curl('--include', `${url}/bytes/10`)).toMatch(/^HTTP\/2 200 [\s\S]*\n.{10}$/s);
    expect(await curl('--head', `${url}/bytes/10`)).toMatch(
      /^HTTP\/2 200 [\s\S]*content-length: 10\r\n/,
    );
  });

  test('gets an event stream to its end', async () => {
    const events = await curl(`${await start()}/events?count=3`);
    expect(events.match(/^data:/gm)).toHaveLength(3);
  });

  test('uploads', async () => {
    const size = JSON.parse(
      await curl('--data-binary', 'x'.repeat(100_000), `${await start()}/upload`),
    ).bytes;
    expect(size).toBe(100_000);
  });
});

describe.skipIf(!installed('nghttp'))('nghttp', () => {
  test('fetches a page', async () => {
    const seen = await run('nghttp', '--verbose', `${await start()}/bytes/10`);
    expect(seen).toContain(':status: 200');
    expect(seen).toContain('recv DATA frame <length=10, flags=0x01');
  });

  test('gets an event stream to its end', async () => {
    const events = await run('nghttp', `${await start()}/events?count=3`);
    expect(events.match(/^data:/gm)).toHaveLength(3);
  });
});

test.skipIf(!installed('h2load'))('h2load loses no request', async () => {
  const seen = await run(
    'h2load',
    '-n',
    '1000',
    '-c',
    '5',
    '-m',
    '10',
    `${await start()}/bytes/10`,
  );
  expect(seen).toContain('1000 succeeded, 0 failed, 0 errored, 0 timeout');
});
