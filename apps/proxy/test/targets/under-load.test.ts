import type { Backend } from '@spillway/backend';
import { expect, test } from 'vitest';
import { startTestBackend } from '../admission/ask.ts';
import type { Flags } from '../kit/config-from-flags.ts';
import { startGateway, type TestGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { Load, type LoadMethod } from './load.ts';

const clients = 12;
/** What may be sent again costs nothing. */
const methods: readonly LoadMethod[] = ['POST', 'GET'];

interface Trial {
  readonly load: Load;
  readonly proxy: TestGateway;
  readonly sick: Backend;
  readonly all: readonly Backend[];
  /** What it can cost when its connections are cut now: a request on each, under way or about to be. */
  atStake(): number;
  /** Requests that the sick one gets of so many that finish. */
  shareOf(count: number): Promise<number>;
}

/** Three targets under load, all of them well at first. */
async function start(flags: Flags = {}, method: LoadMethod = 'POST'): Promise<Trial> {
  const all = await Promise.all([1, 2, 3].map(() => startTestBackend({ latency: '20ms' })));
  const sick = all[1] as Backend;
  const proxy = await startGateway({
    '--target': all.map(({ url }) => url),
    ...{ '--outlier-ejection': '1s', '--slow-start': '1m', '--retry-budget': '100%', ...flags },
  });
  const load = await Load.start(proxy, clients, method);
  const shareOf = async (count: number): Promise<number> => {
    const [before, finished] = [sick.stats().received, load.finished];
    await load.next(count);
    return (sick.stats().received - before) / (load.finished - finished);
  };
  expect(await shareOf(90)).toBeCloseTo(1 / 3, 1);
  const atStake = (): number => {
    if (method === 'GET') return 0;
    const { open, connecting } = proxy.service.upstreams.all[1]!.pool.stats();
    return open + connecting;
  };
  return { load, proxy, sick, all, shareOf, atStake };
}

/** Until it is back in use, and what it gets of the next requests: a tenth of its weight at first. */
async function expectSlowStart({ proxy, shareOf }: Trial): Promise<void> {
  const upstream = proxy.service.upstreams.all[1]!;
  await eventually(() => expect(upstream.available()).toBe(true), 10_000);
  // For 100 requests to bring it to half its weight the machine would have to be a hundred times slower.
  expect(await shareOf(100)).toBeLessThan(0.2);
  upstream.upSince = -Infinity;
  expect(await shareOf(100)).toBeGreaterThan(0.2);
}

test.each(methods)(
  'One that is killed costs what was under way there, or nothing where it may be sent again, and comes back slowly (%s)',
  async (method) => {
    const trial = await start({ '--circuit-breaker-timeout': '1s' }, method);
    const { load, sick, shareOf, atStake } = trial;
    const most = atStake();
    await sick.stopListening();
    expect(await shareOf(200)).toBeLessThan(0.05);
    expect(load.failed).toBeLessThanOrEqual(most);
    await sick.startListening();
    await expectSlowStart(trial);
    expect(load.failed).toBeLessThanOrEqual(most);
  },
);

test('One that hangs costs what was under way there, and gets nothing more once that is known', async () => {
  const { load, sick, proxy, shareOf } = await start({
    ...{ '--read-timeout': '500ms', '--outlier-failures': 2, '--outlier-ejection': '1h' },
    '--circuit-breaker-threshold': 0,
  });
  const before = sick.stats().received;
  sick.behave({ fault: 'hang' });
  await eventually(() => expect(proxy.service.upstreams.all[1]?.ejected).toBe(true), 10_000);
  const underWay = sick.stats().received - before;
  // It had no more than the busier of the others: then it was not the least busy any more.
  expect(underWay).toBeLessThanOrEqual(clients);
  await load.next(100);
  expect(await shareOf(100)).toBe(0);
  expect(load.failed).toBeLessThanOrEqual(underWay);
});

test('One that is slowed ten times fails nothing and keeps a small share', async () => {
  const { load, sick, shareOf } = await start();
  sick.behave({ latency: '200ms' });
  await load.next(2 * clients);
  expect(await shareOf(200)).toBeLessThan(0.15);
  expect(load.failed).toBe(0);
});

test.each(methods)(
  'One that comes and goes costs what was under way there each time (%s)',
  async (method) => {
    const { load, sick, atStake } = await start({ '--circuit-breaker-timeout': '200ms' }, method);
    let most = 0;
    for (let i = 0; i < 4; i++) {
      most += atStake();
      await sick.stopListening();
      await load.next(60);
      await sick.startListening();
      await load.next(60);
    }
    expect(load.failed).toBeLessThanOrEqual(most);
  },
);

test('One that responds 500 quickly draws at most 20 more before it is ejected, and comes back slowly', async () => {
  const trial = await start();
  const { load, sick, proxy, shareOf, atStake } = trial;
  const ejections: string[] = [];
  proxy.instance.events.on('target_ejected', ({ origin }, reason) =>
    ejections.push(`${origin} ${reason}`),
  );
  const most = atStake();
  sick.behave({ status: '500', latency: '1ms' });
  await eventually(() => expect(ejections).toEqual([`${sick.url} consecutive_failures`]));
  await load.next(clients);
  const failed = load.failed;
  expect(failed).toBeLessThanOrEqual(most + 20);
  sick.behave({ status: '200', latency: '20ms' });
  expect(await shareOf(60)).toBe(0);
  await expectSlowStart(trial);
  expect(load.failed).toBe(failed);
  expect(proxy.instance.metrics.snapshot().upstreams[1]?.ejection).toEqual({
    ...{ reason: null, ends_in: 0 },
    totals: { consecutive_failures: 1, failure_rate: 0 },
  });
});

test('One that fails every other time is ejected by its rate', async () => {
  const { sick, proxy } = await start({ '--outlier-failures': 0, '--outlier-ejection': '1h' });
  sick.behave({ status: '500@0.5' });
  await eventually(() => expect(proxy.service.upstreams.all[1]?.ejected).toBe(true), 10_000);
  const { upstreams, reasons } = proxy.instance.metrics.snapshot();
  expect(upstreams[1]?.ejection?.reason).toBe('failure_rate');
  expect(reasons).toContain(`${sick.url} is ejected: it fails while the others do not`);
});
