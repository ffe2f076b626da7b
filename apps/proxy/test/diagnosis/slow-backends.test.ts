import { metricsSnapshotSchema } from '@spillway/contracts';
import { expect, test } from 'vitest';
import { ask } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { rulesOver } from './slow-backend.ts';

const around = (seconds: number) => (_at: number, random: () => number) =>
  seconds * (0.9 + 0.2 * random());
const exponential = (seconds: number) => (_at: number, random: () => number) =>
  -seconds * Math.log(1 - random());
/** Four hours of these, and then those. */
const fewThen = (few: number, many: number) => (at: number) => (at < 4 * 3600 ? few : many);

test('A proxy tells of the latest answers where they take minutes, and of none where they are quick', async () => {
  const proxy = await startGateway({ '--target': 'http://127.0.0.1:1' });
  const latest = async () => {
    const { body } = await ask(proxy, { path: '/proxy-metrics' });
    const [upstream] = metricsSnapshotSchema.parse(JSON.parse(body.toString())).upstreams;
    return upstream?.latest_answers;
  };
  const [upstream] = proxy.service.upstreams.all;
  const answer = (seconds: number) => {
    upstream?.firstByte.record(seconds * 990);
    upstream?.serviceTime.record(seconds * 1000);
  };
  for (let i = 0; i < 10; i++) answer(1);
  expect(await latest()).toBeUndefined();
  for (let i = 0; i < 90; i++) answer(300);
  expect(await latest()).toMatchObject({
    seconds: 900,
    first_byte: { count: 100, p50: 297 },
    service_time: { count: 100, p50: 300 },
  });
});

test.each([1, 2])('A day of slow answers has no findings (%i)', (seed) => {
  const calm = { hours: 24, clients: () => 10, readTimeout: 7200 };
  expect(rulesOver({ ...calm, serviceSeconds: around(300) }, seed)).toEqual([]);
  expect(rulesOver({ ...calm, serviceSeconds: exponential(300) }, seed)).toEqual([]);
  const many = { ...calm, clients: () => 40, serviceSeconds: exponential(300) };
  expect(rulesOver(many, seed)).toEqual([]);
});

test('A tail that is cut: the read timeout is short', () => {
  const cut = { hours: 6, clients: () => 10, readTimeout: 300, serviceSeconds: exponential(110) };
  expect(rulesOver(cut)).toEqual(['read-timeout-short']);
});

test('Answers that never come beside others that take two minutes: the upstream hangs', () => {
  const some = (_at: number, random: () => number) => (random() < 0.15 ? 1e9 : 120);
  const hanging = { hours: 6, clients: () => 10, readTimeout: 900, serviceSeconds: some };
  expect(rulesOver(hanging)).toEqual(['upstream-hangs']);
});

test('More clients than it has workers: the upstream is overloaded', () => {
  const rush = { hours: 7, clients: fewThen(3, 16), workers: 4, readTimeout: 3600 };
  expect(rulesOver({ ...rush, serviceSeconds: around(300) })).toEqual(['upstream-overloaded']);
});

test('Three times as slow with the same clients: the upstream is slow by itself', () => {
  const slower = fewThen(300, 900);
  const serviceSeconds = (at: number, random: () => number) => around(slower(at))(at, random);
  const same = { hours: 9, clients: () => 10, readTimeout: 3600, serviceSeconds };
  expect(rulesOver(same)).toEqual(['upstream-slow']);
});
