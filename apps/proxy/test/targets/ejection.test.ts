import { expect, test } from 'vitest';
import { ask, startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';

const patient = { '--outlier-failures': 2, '--outlier-ejection': '1h', '--max-retries': 0 };

test('The only target is never ejected', async () => {
  const backend = await startTestBackend({ status: '500' });
  const proxy = await startGateway({ '--target': backend.url, ...patient });
  for (let i = 0; i < 8; i++) expect((await ask(proxy)).status).toBe(500);
  expect(backend.stats().received).toBe(8);
});

test('Where all fail alike nobody is ejected for it', async () => {
  const backends = [
    await startTestBackend({ status: '500' }),
    await startTestBackend({ status: '500' }),
  ];
  const proxy = await startGateway({ '--target': backends.map(({ url }) => url), ...patient });
  for (let i = 0; i < 12; i++) expect((await ask(proxy)).status).toBe(500);
  expect(proxy.service.upstreams.all.map(({ ejected }) => ejected)).toEqual([false, false]);
});

test('A share of nothing ejects nobody', async () => {
  const broken = await startTestBackend({ status: '500' });
  const sound = await startTestBackend();
  const proxy = await startGateway({
    '--target': [broken.url, sound.url],
    ...{ ...patient, '--outlier-max-ejected': '0%' },
  });
  for (let i = 0; i < 20; i++) await ask(proxy);
  expect(broken.stats().received).toBe(10);
});

test('One that is ejected is back when the others are out of use', async () => {
  const broken = await startTestBackend({ status: '500' });
  const sound = await startTestBackend();
  const proxy = await startGateway({ '--target': [broken.url, sound.url], ...patient });
  for (let i = 0; i < 10; i++) await ask(proxy);
  const [ejected, other] = proxy.service.upstreams.all;
  expect(broken.stats().received).toBe(2);
  const told: string[] = [];
  proxy.instance.events.on('target_readmitted', ({ origin }) => told.push(origin));
  other!.drained = true;
  expect((await ask(proxy)).status).toBe(500);
  expect(ejected?.ejected).toBe(false);
  expect(told).toEqual([broken.url]);
});

test('Other rules of choosing are in force immediately, and ejections by the old ones end', async () => {
  const broken = await startTestBackend({ status: '500' });
  const sound = await startTestBackend();
  const proxy = await startGateway({ '--target': [broken.url, sound.url], ...patient });
  for (let i = 0; i < 6; i++) await ask(proxy);
  expect(broken.stats().received).toBe(2);
  const { upstreams } = proxy.service;
  const { settings } = proxy.service;
  upstreams.reconfigure({ ...settings, balance: 'round_robin', outlierMaxEjected: 0 });
  for (let i = 0; i < 6; i++) await ask(proxy);
  expect(broken.stats().received).toBe(5);
});
