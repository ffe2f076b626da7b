import { type Backend, startBackend } from '@spillway/backend';
import { afterEach, describe, expect, it } from 'vitest';
import { runClosed } from '../../src/engine/closed/autocannon-engine.ts';
import { findKnee } from '../../src/knee/find-knee.ts';
import { type StepRunnerOptions, stepRunner } from '../../src/knee/step-runner.ts';

let backend: Backend | undefined;
afterEach(async () => {
  await backend?.close();
  backend = undefined;
});

const runnerOf = (url: string, more: Partial<StepRunnerOptions> = {}) =>
  stepRunner({
    engine: runClosed,
    request: { url: new URL(url), method: 'GET', headers: {}, body: null, timeoutMs: 5_000 },
    settleMs: 100,
    measureMs: 500,
    minResponses: 10,
    maxMeasureMs: 5_000,
    signal: new AbortController().signal,
    ...more,
  });

const options = { maxConcurrency: 128, objective: 1 };

describe('against a real backend', () => {
  it.each([4, 8, 32])(
    'of %i workers finds max-concurrent within 15 percent',
    { retry: 2 },
    async (workers) => {
      backend = await startBackend({ workers, latency: '40ms' });
      const target = backend.url;
      const knee = await findKnee(runnerOf(target), { ...options, target });
      const { max_concurrent_requests: found, line } = knee.advice;
      expect(Math.abs(found / workers - 1)).toBeLessThanOrEqual(0.15);
      expect(line).toContain(`--target ${target} --max-concurrent-requests ${found} `);
      expect(knee.warnings.join()).not.toContain('Self-check');
    },
  );

  it('leaves nothing under way between two steps', async () => {
    backend = await startBackend({ workers: 4, latency: '40ms' });
    const run = runnerOf(backend.url);
    await run(16);
    expect(backend.stats()).toMatchObject({ active: 0, queued: 0, aborted: 0 });
  });

  it('stops where the backend starts refusing', async () => {
    backend = await startBackend({ workers: 8, queue: 0, latency: '40ms' });
    const knee = await findKnee(runnerOf(backend.url), { ...options, target: backend.url });
    expect(knee.stopped_because).toBe('errors_above_1_percent');
    expect(knee.advice.max_concurrent_requests).toBe(8);
  });

  it('takes a step longer when the answers are too few', async () => {
    backend = await startBackend({ latency: '100ms' });
    const told: [number, number][] = [];
    const run = runnerOf(backend.url, {
      ...{ settleMs: 0, measureMs: 300, minResponses: 20 },
      onLonger: (...longer) => told.push(longer),
    });
    const step = await run(1);
    expect(told[0]).toEqual([1, expect.any(Number)]);
    expect(told[0]?.[1]).toBeGreaterThan(300);
    expect(step.ok_per_second).toBeGreaterThan(0);
    expect(backend.stats().finished).toBeGreaterThan(20);
  });
});

it('ends a step at once when nothing but failures come', async () => {
  backend = await startBackend({ status: '500' });
  const step = await runnerOf(backend.url)(2);
  expect(step).toMatchObject({ errors: 100, ok_per_second: 0 });
  expect(step.requests_per_second).toBeGreaterThan(0);
});
