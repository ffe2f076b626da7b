import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CommandProcess } from '@spillway/test-kit';
import { expect, it, onTestFinished } from 'vitest';

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

/** The process of the demo that runs this part of it. */
function partOf(mark: string, folder: string): number {
  const found = marked(mark).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${folder}/src/main.ts`),
  );
  return Number(found);
}

it.skipIf(!isLinux).each([
  ['backend', 'packages/backend'],
  ['proxy', 'apps/proxy'],
  ['load tester', 'apps/loadtest'],
  ['monitor', 'apps/monitor'],
])(
  'says that the %s was killed, and ends with it',
  async (name, folder) => {
    const { demo, mark } = startDemo([]);
    await started(demo);
    process.kill(partOf(mark, folder), 'SIGKILL');
    const { code, stderr } = await demo.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^demo: the ${name} was ended by SIGKILL`));
    expect(marked(mark)).toEqual([]);
  },
  60_000,
);

const hasScript = spawnSync('script', ['--version']).status === 0;

it.skipIf(!isLinux || !hasScript)(
  'leaves the screen that the monitor had when it is killed',
  async () => {
    const mark = randomUUID();
    const node = [process.execPath, '--conditions=@spillway/source', fileURLToPath(main)];
    const command = [...node, '--from-source'].map((word) => `'${word}'`).join(' ');
    // A terminal of its own, all of whose output it passes on.
    const terminal = spawn('script', ['-qefc', command, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm', DEMO_TEST: mark },
    });
    onTestFinished(() => void terminal.kill());
    const ended = once(terminal, 'close');
    let written = '';
    terminal.stdout.setEncoding('utf8').on('data', (text) => {
      written += text;
    });
    while (!written.includes('in flight')) await sleep(30);
    expect(written).toContain('\x1b[?1049h');
    process.kill(partOf(mark, 'apps/monitor'), 'SIGKILL');
    expect((await ended)[0]).toBe(1);
    const after = written.slice(written.lastIndexOf('\x1b[?1049h'));
    expect(after).toContain('\x1b[?25h\x1b[?1049ldemo: the monitor was ended by SIGKILL');
  },
  60_000,
);

it('refuses what it cannot do', async () => {
  const { code, stderr } = await startDemo(['--speed', 'fast']).demo.ended;
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^demo: --speed/) });
});
