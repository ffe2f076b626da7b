import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

interface Running {
  readonly child: ChildProcess;
  /** In the environment of the demo and of all that it starts. */
  readonly mark: string;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
  printed(what: RegExp): Promise<void>;
}

function startDemo(argv: readonly string[]): Running {
  const mark = `DEMO_TEST=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  const child = spawn(process.execPath, [main, '--from-source', ...argv], {
    env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', [name]: value },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  const printed = async (what: RegExp): Promise<void> => {
    while (!what.test(stdout)) {
      if (child.exitCode !== null) throw new Error(`ended without ${what}: ${stdout}${stderr}`);
      await sleep(30);
    }
  };
  return { child, mark, ended, printed };
}

/** Processes that the demo started, or itself. */
function marked(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(mark);
      } catch {
        return false;
      }
    });
}

const isLinux = process.platform === 'linux';

it('plays calm, overload, outage and recovery, and leaves nothing behind', async () => {
  const demo = startDemo(['--speed', '8']);
  await demo.printed(/-- calm/);
  if (isLinux) expect(marked(demo.mark).length).toBe(5);
  const { code, stdout, stderr } = await demo.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/dashboard {2}http:\/\/127\.0\.0\.1:\d+\/proxy-dashboard/);
  const [, ...acts] = stdout.split(/^-- /m);
  expect(acts.map((act) => act.split(':', 1)[0])).toEqual([
    ...['calm', 'overload', 'outage', 'recovery'],
  ]);
  const [calm = '', overload = '', outage = '', recovery = ''] = acts;
  expect(calm).toMatch(/no alerts/);
  expect(overload).toMatch(/[1-9][\d.]* refused\/s {2}12\/12 in flight {2}\d+\/40 queued/);
  expect(outage).toMatch(/unhealthy .*critical: /);
  expect(recovery).toMatch(/ 0 refused\/s/);
  expect(stdout).toMatch(/What the clients saw:[\s\S]*breaker_open \d+/);
  expect(marked(demo.mark)).toEqual([]);
}, 90_000);

it.skipIf(!isLinux).each(['SIGINT', 'SIGTERM'] as const)(
  'ends everything at %s',
  async (signal) => {
    const demo = startDemo(['--rounds', '9']);
    await demo.printed(/-- calm/);
    demo.child.kill(signal);
    const { code, stderr } = await demo.ended;
    expect({ code, stderr }).toEqual({ code: signal === 'SIGINT' ? 130 : 143, stderr: '' });
    expect(marked(demo.mark)).toEqual([]);
  },
  60_000,
);

it.skipIf(!isLinux)(
  'leaves nothing behind even when it is killed',
  async () => {
    const demo = startDemo([]);
    await demo.printed(/-- calm/);
    demo.child.kill('SIGKILL');
    while (marked(demo.mark).length > 0) await sleep(30);
  },
  60_000,
);

it.skipIf(!isLinux)(
  'says which server ended, and ends with it',
  async () => {
    const demo = startDemo([]);
    await demo.printed(/-- calm/);
    const proxy = marked(demo.mark).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/proxy'),
    );
    process.kill(Number(proxy), 'SIGKILL');
    const { code, stderr } = await demo.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^demo: the proxy ended/);
    expect(marked(demo.mark)).toEqual([]);
  },
  60_000,
);

it('refuses what it cannot do', async () => {
  const { code, stderr } = await startDemo(['--speed', 'fast']).ended;
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^demo: --speed/) });
});
