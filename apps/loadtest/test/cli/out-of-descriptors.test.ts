import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadReportSchema } from '@spillway/contracts';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { ok, startRawServer } from '../engine/support/raw-server.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Runs the load tester with so many descriptors at most. */
async function runWith(descriptors: number, argv: readonly string[]) {
  const cwd = temporaryDirectory();
  const node = [process.execPath, '--conditions=@spillway/source', main];
  const script = `ulimit -n ${descriptors}; exec "$0" "$@"`;
  const child = ['-c', script, ...node, ...argv, '--json', 'report.json', '--quiet'];
  return new Promise<{ code: number | null; stdout: string; stderr: string; cwd: string }>(
    (resolve) => {
      const running = execFile('bash', child, { cwd }, (_, stdout, stderr) =>
        resolve({ code: running.exitCode, stdout, stderr, cwd }),
      );
    },
  );
}

describe.runIf(process.platform === 'linux')('out of descriptors', () => {
  const closed = ['--concurrent', '300'];
  const open = ['--rate', '1000'];
  it.each([
    ['the closed model', closed],
    ['the open model', open],
    ['the open model in threads', [...open, '--workers', '2']],
  ])('%s blames itself and not the target, before and after', async (_, argv) => {
    const server = await startRawServer((socket) => setTimeout(() => socket.write(ok), 400));
    const all = ['--url', server.url, '--duration', '1', ...argv];
    const { code, stdout, stderr, cwd } = await runWith(150, all);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^warning: .*may\s+have\s+150: .*\(ulimit -n/s);
    expect(stdout).toMatch(/could not be sent, since.*\(EMFILE\).*ulimit -n/s);
    expect(stdout.trimEnd()).toMatch(/✗ run invalid$/);
    const { counts, latency, verdict } = loadReportSchema.parse(
      JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')),
    );
    expect(verdict).toBe('invalid');
    const { ok: good, local, refused } = counts.outcomes;
    expect({ refused, both: good + local }).toEqual({ refused: 0, both: counts.sent });
    expect(local).toBeGreaterThan(0);
    expect(counts.local_errors).toEqual({ EMFILE: local });
    // What was not sent has no latency.
    expect(latency.all.count).toBe(good);
  });

  it('for its own threads it says so, too', async () => {
    const server = await startRawServer((socket) => socket.write(ok));
    const argv = ['--url', server.url, '--duration', '1', '--workers', '16'];
    const { code, stderr } = await runWith(50, argv);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^loadtest: no thread to send from \(.*\): raise the limit/m);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
