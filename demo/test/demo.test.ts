import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandProcess } from '@spillway/test-kit';
import { expect, it } from 'vitest';

const main = new URL('../src/main.ts', import.meta.url);

interface Running {
  readonly demo: CommandProcess;
  /** In the environment of the demo and of all that it starts. */
  readonly mark: string;
}

function startDemo(argv: readonly string[]): Running {
  const mark = randomUUID();
  const environment = { LC_ALL: 'C.UTF-8', DEMO_TEST: mark };
  return { demo: new CommandProcess(main, ['--from-source', ...argv], { environment }), mark };
}

/** Until the first act, which several processes have to start for. */
const started = (demo: CommandProcess): Promise<string> =>
  demo.printed(/-- calm/, { patienceMs: 50_000 });

/** Processes that the demo started, or itself. */
function marked(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8')
          .split('\0')
          .includes(`DEMO_TEST=${mark}`);
      } catch {
        return false;
      }
    });
}

const isLinux = process.platform === 'linux';

it('plays calm, overload, outage and recovery, and leaves nothing behind', async () => {
  const { demo, mark } = startDemo(['--speed', '8']);
  await started(demo);
  if (isLinux) expect(marked(mark).length).toBe(5);
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
  expect(marked(mark)).toEqual([]);
}, 90_000);

it.skipIf(!isLinux).each(['SIGINT', 'SIGTERM'] as const)(
  'ends everything at %s',
  async (signal) => {
    const { demo, mark } = startDemo(['--rounds', '9']);
    await started(demo);
    demo.child.kill(signal);
    const { code, stderr } = await demo.ended;
    expect({ code, stderr }).toEqual({ code: signal === 'SIGINT' ? 130 : 143, stderr: '' });
    expect(marked(mark)).toEqual([]);
  },
  60_000,
);

it.skipIf(!isLinux)(
  'leaves nothing behind even when it is killed',
  async () => {
    const { demo, mark } = startDemo([]);
    await started(demo);
    demo.child.kill('SIGKILL');
    while (marked(mark).length > 0) await sleep(30);
  },
  60_000,
);

it.skipIf(!isLinux)(
  'says which server ended, and ends with it',
  async () => {
    const { demo, mark } = startDemo([]);
    await started(demo);
    const proxy = marked(mark).find((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('apps/proxy'),
    );
    process.kill(Number(proxy), 'SIGKILL');
    const { code, stderr } = await demo.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^demo: the proxy ended/);
    expect(marked(mark)).toEqual([]);
  },
  60_000,
);

it('refuses what it cannot do', async () => {
  const { code, stderr } = await startDemo(['--speed', 'fast']).demo.ended;
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^demo: --speed/) });
});
