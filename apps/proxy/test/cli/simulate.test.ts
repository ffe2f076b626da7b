import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@spillway/test-kit';
import { describe, expect, it } from 'vitest';
import { runProxy } from './run-proxy.ts';

const simulate = (argv: string[], cwd = temporaryDirectory(), environment = {}) =>
  runProxy(['simulate', ...argv], cwd, environment);

interface Answer {
  readonly runs: readonly {
    readonly label: string;
    readonly options: Record<string, unknown>;
    readonly result: { readonly goodShare: number; readonly all: { readonly offered: number } };
  }[];
}

const short = ['--duration=20s', '--max-concurrent-requests=20', '--patience=1s'];

describe('simulate', () => {
  it('says in plain words what the settings do to the load', async () => {
    const argv = ['--workers', '20', '--service', 'lognormal:50ms', '--rate', '800', ...short];
    const { code, stdout, stderr } = await simulate(argv);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^overloaded +[\d,]+ +(49|50)\.\d+ %$/m);
    expect(stdout).toMatch(/^good answers( +[\d.]+ ms){4}$/m);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /At 800\/s the backend's 20 workers are 2\.0 times overloaded: (100|9\d\.\d+) % of what they can do \(400\/s\) is answered in time; (49|50)\.\d % of the requests are refused, half of them within [\d.]+ ms\./,
    );
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('prints the same for the same seed, and JSON without anything else', async () => {
    const [first, again, other] = await Promise.all([
      simulate([...short, '--json']),
      simulate([...short, '--json']),
      simulate([...short, '--json', '--seed=2']),
    ]);
    expect(again.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
    const { runs } = JSON.parse(first.stdout) as Answer;
    expect(runs).toMatchObject([{ label: 'as given', options: { max_concurrent_requests: 20 } }]);
  });

  it('plays days of a quiet load', async () => {
    const { code, stdout, stderr } = await simulate(['--rate=0.1', '--duration=2d']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^offered\/s .* up to \d+$/m);
  });

  it("reads the proxy's options from wherever the proxy does", async () => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'proxy_config.json'), '{"max_queue_size": 7, "target_host": "x"}');
    const environment = { SPILLWAY_MAX_CONCURRENT_REQUESTS: '13' };
    const argv = ['--duration=6s', '--queue-timeout=4', '--preset=quick', '--json', '--port=1'];
    const { stdout } = await simulate(argv, cwd, environment);
    expect((JSON.parse(stdout) as Answer).runs[0]!.options).toMatchObject({
      max_queue_size: 7,
      max_concurrent_requests: 13,
      queue_timeout: '4s',
      read_timeout: '30s',
      pool_maxsize: 30,
    });
  });

  it('shows that nothing between clients and backend is no option', async () => {
    const { stdout } = await simulate([...short, '--compare=protection=none', '--json']);
    const { runs } = JSON.parse(stdout) as Answer;
    const [proxy, none] = runs.map(({ result }) => result);
    expect(proxy!.goodShare).toBeGreaterThan(0.98);
    expect(none!.goodShare).toBeLessThan(0.05);
    expect(none!.all.offered).toBe(proxy!.all.offered);
  });

  it('compares settings and values in a table, and names the best', async () => {
    const argv = [
      ...short,
      '--queue-order=fifo',
      '--sweep=max-concurrent-requests=5,20',
      '--compare',
      'max-queue-size=500',
    ];
    const { stdout, code } = await simulate(argv);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +good\/s +possible +refused +left/m);
    for (const label of [
      'max-queue-size=500',
      'max-concurrent-requests=5',
      'max-concurrent-requests=20',
    ]) {
      expect(stdout).toMatch(new RegExp(`^${label} +\\d`, 'm'));
    }
    expect(stdout).toContain('Best of them: max-concurrent-requests=20,');
  });

  it('lets the limit find the workers, and says where it ended', async () => {
    const argv = ['--duration=30s', '--max-concurrent-requests=auto', '--pool-maxsize=200'];
    const { stdout, code } = await simulate([...argv, '--compare=max-concurrent-requests=5']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Best of them: as given,/m);
    const alone = await simulate(argv);
    expect(alone.stdout).toContain('between: the proxy, 1 to 200 (paced) at once');
    const [, limit] = /^limit +(\d+) at once in the end$/m.exec(alone.stdout) ?? [];
    expect(Number(limit)).toBeGreaterThan(10);
    expect(Number(limit)).toBeLessThan(80);
  });

  it('knows the classes and keys of groups, and what the proxy hears of their patience', async () => {
    const good = async (...argv: string[]): Promise<Record<string, number>> => {
      const { stdout } = await simulate([
        ...['--duration=20s', '--max-concurrent-requests=20', '--queue-order=fifo', '--json'],
        ...argv,
      ]);
      const { runs } = JSON.parse(stdout) as {
        runs: { result: { groups: Record<string, { good: number; offered: number }> } }[];
      };
      const groups = Object.entries(runs[0]!.result.groups);
      return Object.fromEntries(groups.map(([name, tally]) => [name, tally.good / tally.offered]));
    };
    const classes = await good(
      '--priority-class=high=30%',
      '--group=web:rate=200,class=high',
      '--group=crawler:rate=600',
    );
    expect(classes.web).toBeGreaterThan(0.98);
    expect(classes.crawler).toBeLessThan(0.5);
    const keys = await good(
      '--fairness-key=header:X-API-Key',
      '--group=modest:rate=100,key=a',
      '--group=greedy:rate=700,key=b',
    );
    expect(keys.modest).toBeGreaterThan(0.95);
    expect(keys.greedy).toBeLessThan(0.6);
    const long = ['--max-queue-size=500', '--patience=1s'];
    expect((await good(...long)).all).toBeLessThan(0.2);
    expect((await good(...long, '--patience-told')).all).toBeGreaterThan(0.4);
    expect((await good(...long, '--group=api:rate=800,told')).api).toBeGreaterThan(0.4);
    expect((await good(...long, '--request-timeout=1s')).all).toBeGreaterThan(0.4);
  });

  it('lists groups and recoveries where there are any', async () => {
    const { stdout } = await simulate([
      '--group=web:rate=200',
      '--group=batch:rate=5,service=fixed:500ms,patience=1m',
      '--phase=10s-12s:load=3',
      '--duration=30s',
      '--max-concurrent-requests=20',
    ]);
    expect(stdout).toMatch(/^web +\d/m);
    expect(stdout).toMatch(/^batch +\d/m);
    expect(stdout).toMatch(/^after 12s +recovered/m);
  });
});

describe('what simulate cannot use', () => {
  it('is reported all at once, with the remedy, and exit code 2', async () => {
    const { code, stdout, stderr } = await simulate([
      '--wrkers=3',
      '--max-queue-size=-1',
      '--group=api:rate=5,patence=2s',
      '--phase=30s-20s:load=2',
      '--sweep=max-queu-size=3',
      '--compare=max-queue-size',
      '--knee=high',
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const said of [
      'flag --wrkers: there is no such flag; did you mean --workers?',
      'flag --max-queue-size: must be a whole number of at least 0, not "-1"',
      'did you mean patience?',
      'it must end after it begins',
      'flag --sweep: there is no option "max-queu-size"; did you mean max-queue-size?',
      'flag --compare: "max-queue-size" is not NAME=VALUE, such as max-queue-size=20',
      'flag --knee: must be a number of requests, and a slope if not 1, or none (such as 40 or 40:2)',
    ]) {
      expect(stderr).toContain(said);
    }
    expect(stderr).toMatch(/^proxy: 7 problems with what was given$/m);
  });

  it('is also what makes no sense together', async () => {
    const { code, stderr } = await simulate([
      '--service=sometimes',
      '--group=web:rate=5,service=fixed:0ms',
      '--group=web:rate=6',
      '--rate=5',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('flag --rate: each --group has a rate of its own; leave one out');
    const later = await simulate([
      '--service=sometimes',
      '--group=web:rate=5,service=fixed:0ms',
      '--group=web:rate=6',
      '--warm-up=2m',
      '--phase=5m-6m:down',
    ]);
    expect(later.code).toBe(2);
    for (const said of [
      'flag --service: "sometimes" is not a time such as 200ms nor one of fixed:TIME',
      'flag --group web: fixed:0ms takes no time; give it some',
      'flag --group: web is there twice; give each its own name',
      'flag --warm-up: must be shorter than --duration: nothing would be counted',
      'flag --phase: begins when the run is over; begin earlier or raise --duration',
    ]) {
      expect(later.stderr).toContain(said);
    }
  });
});

describe('what a group says', () => {
  it('is refused where the proxy would not heed it', async () => {
    const { code, stderr } = await simulate([
      '--priority-class=high=20%',
      '--patience=none',
      '--group=web:rate=5,class=hihg,key=a,told',
    ]);
    expect(code).toBe(2);
    expect(stderr.split('\n').slice(1, -1)).toEqual([
      '  flag --group web: no --priority-class makes the class hihg; did you mean high?',
      '  flag --group web: key= needs --fairness-key: without it the proxy heeds no keys',
      '  flag --group web: told needs patience=: there is none to tell of',
    ]);
  });
});

describe('help of simulate', () => {
  it('shows the options that change something, with examples, within 80 columns', async () => {
    const { stdout, code } = await simulate(['--help']);
    expect(code).toBe(0);
    const shown = ['--rate', '--phase', '--max-concurrent-requests', '--preset', '--sweep'];
    const newer = ['--auto-max', '--queue-order', '--priority-class', '--circuit-breaker-ramp'];
    for (const flag of [...shown, ...newer]) {
      expect(stdout).toMatch(new RegExp(`^  ${flag} `, 'm'));
    }
    expect(stdout).not.toMatch(/^ {2}--(log-level|target|port|shed-memory|priority-header) /m);
    expect(stdout).toContain('Examples:');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
});

describe('simulate --optimize', () => {
  const world = ['--workers=4', '--service=exponential:50ms', '--rate=160', '--patience=1s'];
  const short = ['--duration=6s', '--warm-up=2s'];

  it('names flags, and what they give where the world is otherwise', async () => {
    const { code, stdout } = await simulate([...world, ...short, '--optimize']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^--max-concurrent-requests \d+ --max-queue-size \d+ --queue-timeout \S+$/m,
    );
    expect(stdout).toMatch(/^as described .* %/m);
    expect(stdout).toMatch(/^service takes a third longer .* %/m);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('answers as JSON, and is not for settings of its own', async () => {
    const { stdout } = await simulate([...world, ...short, '--optimize', '--json']);
    const { settings, worlds } = JSON.parse(stdout) as { settings: object; worlds: object[] };
    expect(Object.keys(settings).sort()).toEqual([
      'maxConcurrentRequests',
      'maxQueueSize',
      'queueTimeoutMs',
    ]);
    expect(worlds).toHaveLength(6);
    const { code, stderr } = await simulate(['--optimize', '--sweep', 'max-queue-size=1,2']);
    expect(code).toBe(2);
    expect(stderr).toContain('--optimize');
  });
});
