import { expect, it } from 'vitest';
import { FlowBaselines } from './flow-baselines.ts';

const enough = 10;
const seen = (baselines: FlowBaselines, flow: number, latencyMs: number): void => {
  for (let i = 0; i < enough; i++) baselines.add(flow, latencyMs);
};
const baseMs = (baselines: FlowBaselines, flow: number): number => baselines.add(flow, 0);

const after = (latencyMs: number): number => {
  const baselines = new FlowBaselines();
  seen(baselines, 0, 100);
  baselines.learnNew(1);
  baselines.clearWindow();
  seen(baselines, 0, latencyMs);
  baselines.learn(latencyMs / 100);
  return baseMs(baselines, 0);
};

it('takes half of what one window says, which may be chance (seen: a lucky window held growth back)', () => {
  expect(after(88)).toBeCloseTo(94);
});

it('takes all of it where it is clearly out of date', () => {
  expect(after(300)).toBe(300);
});

it('scales flows that the window lacks with the rest', () => {
  const baselines = new FlowBaselines();
  seen(baselines, 0, 100);
  seen(baselines, 1, 7000);
  baselines.learnNew(1);
  baselines.clearWindow();
  seen(baselines, 0, 300);
  baselines.learn(3);
  expect(baseMs(baselines, 1)).toBe(21_000);
});
