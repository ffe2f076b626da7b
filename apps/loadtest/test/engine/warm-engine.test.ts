import { expect, it } from 'vitest';
import { warmEngine } from '../../src/engine/warm-engine.ts';
import { closedPlan, openPlan, requests, requestTo } from './support/plans.ts';
import { startRawServer } from './support/raw-server.ts';

it('warms either engine without a word to the target', async () => {
  const server = await startRawServer(() => {});
  await warmEngine(closedPlan(requestTo(server.url), requests(1)));
  await warmEngine(openPlan(requestTo(server.url), requests(1), 1));
  expect(server.connections).toBe(0);
});
