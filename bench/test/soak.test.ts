import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

/**
 * A heap is still finding its size in its first minutes, and delays are the machine's: judged is what a leak of a few
 * hundred bytes a request, or of a descriptor for each client that leaves, does within a minute.
 */
const bounds = [
  ...['--rss', '200', '--descriptors', '100', '--delay', '1000', '--tail', '10000'],
  ...['--failed', '0.05'],
];

test.skipIf(!hasWrk)(
  'A minute of load, aborts and faults leaks neither memory nor descriptors',
  {
    timeout: 180_000,
  },
  async () => {
    const argv = ['--conditions=@spillway/source', main, 'soak'];
    const child = spawn(process.execPath, [
      ...argv,
      ...['--seconds', '60', '--warm-up', '20'],
      ...bounds,
    ]);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(said).toMatch(/RSS, MiB +[\d.]+ to [\d.]+ +-?[\d.]+ \+- [\d.]+ +200/);
    expect(code, said).toBe(0);
  },
);
