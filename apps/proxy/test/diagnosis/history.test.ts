import { healthSchema } from '@spillway/contracts';
import { expect, onTestFinished, test } from 'vitest';
import { History } from '../../src/observe/history.ts';
import { ask, startTestBackend } from '../admission/ask.ts';
import { startGateway } from '../kit/test-gateway.ts';
import { eventually } from '../kit/waiting-line.ts';
import { plain } from './scenario.ts';

test('/proxy-health tells what the proxy found when it looked at itself', async () => {
  const backend = await startTestBackend({ status: '500' });
  const proxy = await startGateway({ ...plain, '--target': backend.url });
  const findings = async () => {
    const { body } = await ask(proxy, { path: '/proxy-health' });
    return healthSchema.parse(JSON.parse(body.toString())).findings;
  };
  expect(await findings()).toEqual([]);
  for (let polls = 0; polls < 3; polls++) {
    for (let i = 0; i < 5; i++) await ask(proxy);
    proxy.instance.history.look();
  }
  expect(await findings()).toMatchObject([{ rule: 'upstream-errors', upstream: backend.url }]);
});

test('It looks by itself, and no more once it is closed', async () => {
  const proxy = await startGateway({ '--target': 'http://127.0.0.1:1' });
  let looks = 0;
  const history = new History(() => {
    looks += 1;
    return proxy.instance.metrics.snapshot();
  }, 5);
  onTestFinished(() => history.close());
  await eventually(() => expect(looks).toBeGreaterThan(3));
  history.close();
  const before = looks;
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(looks).toBe(before);
});
