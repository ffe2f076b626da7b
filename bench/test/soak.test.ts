import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const hasWrk = spawnSync('wrk', ['-v']).error === undefined;

/** A minute knows a slope badly, and a heap is still finding its size: what leaks fast is found all the same. */
const bounds = ['--rss', '20', '--descriptors', '20', '--delay', '2', '--tail', '20'];

test.skipIf(!hasWrk)(
  'Memory, descriptors and event-loop delay stay flat for a minute of load, aborts and faults',
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
    expect(said).toMatch(/RSS, MiB +[\d.]+ to [\d.]+ +-?[\d.]+ \+- [\d.]+ +20/);
    expect(code, said).toBe(0);
  },
);
