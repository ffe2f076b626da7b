import { describe, expect, it } from 'vitest';
import { Flow } from './flow.ts';
import { bandOfMs, Headroom, memoryMs } from './headroom.ts';

const limit = 20;

const flowOf = (headroom: Headroom, key: string, serviceMs: number): Flow => {
  const flow = new Flow(key);
  for (let i = 0; i < 8; i++) flow.service.add(serviceMs);
  headroom.reband(flow);
  return flow;
};

/** Each flow asks as often as said, in ms, until the instant. */
const ask = (headroom: Headroom, untilMs: number, ...asking: [Flow, everyMs: number][]): void => {
  for (let now = 0; now <= untilMs; now++) {
    for (const [flow, everyMs] of asking) if (now % everyMs === 0) headroom.ask(flow, now);
  }
};

describe('Headroom', () => {
  it('keeps room for the measured demand of shorter calls, and a little more', () => {
    const headroom = new Headroom();
    const [fast, slow] = [flowOf(headroom, 'fast', 50), flowOf(headroom, 'slow', 10_000)];
    ask(headroom, 20_000, [slow, 1000], [fast, 10]);
    // 100 a second of 50 ms hold 5 permits.
    expect(headroom.keptFrom(slow, limit, 20_000)).toBe(7);
    headroom.take(fast, 4);
    expect(headroom.keptFrom(slow, limit, 20_000)).toBe(3);
    headroom.take(fast, 10);
    expect(headroom.keptFrom(slow, limit, 20_000)).toBe(0);
  });

  it('keeps none from calls that are as short, nor half, nor for longer ones', () => {
    const headroom = new Headroom();
    const flows = [50, 100, 150, 10_000].map((ms) => flowOf(headroom, `${ms}`, ms));
    ask(headroom, 20_000, ...flows.map((flow): [Flow, number] => [flow, 100]));
    expect(flows.map((flow) => headroom.keptFrom(flow, limit, 20_000) > 0)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('keeps no more than is fair by the number of flows, and leaves long calls one permit', () => {
    const headroom = new Headroom();
    const slow = flowOf(headroom, 'slow', 10_000);
    const fast = ['a', 'b', 'c'].map((key) => flowOf(headroom, key, 50));
    const often = fast.map((flow): [Flow, number] => [flow, 1]);
    ask(headroom, 20_000, [slow, 1000], ...often);
    expect(headroom.keptFrom(slow, limit, 20_000)).toBe(15);
    expect([1, 2].map((few) => headroom.keptFrom(slow, few, 20_000))).toEqual([0, 1]);
  });

  it('takes calls that nobody knows yet for long', () => {
    const headroom = new Headroom();
    const fast = flowOf(headroom, 'fast', 50);
    ask(headroom, 5000, [fast, 100]);
    expect(headroom.keptFrom(new Flow('new'), limit, 5000)).toBeGreaterThan(0);
    expect(new Headroom().keptFrom(new Flow('first'), limit, 5000)).toBe(0);
  });

  it('keeps nothing once nobody shorter came for a while', () => {
    const headroom = new Headroom();
    const [fast, slow] = [flowOf(headroom, 'fast', 50), flowOf(headroom, 'slow', 10_000)];
    ask(headroom, 10_000, [fast, 10]);
    const end = 10_000 + memoryMs(bandOfMs(50));
    expect(headroom.keptFrom(slow, limit, end - 1)).toBeGreaterThan(0);
    expect(headroom.keptFrom(slow, limit, end)).toBe(0);
  });

  it('takes calls in flight along when the service time of their flow changes', () => {
    const headroom = new Headroom();
    const [fast, slow] = [flowOf(headroom, 'fast', 50), flowOf(headroom, 'slow', 10_000)];
    fast.inFlight = 3;
    headroom.take(fast, 3);
    ask(headroom, 20_000, [fast, 10]);
    const before = headroom.keptFrom(slow, limit, 20_000);
    for (let i = 0; i < 32; i++) fast.service.add(200);
    headroom.reband(fast);
    for (let i = 0; i < 3; i++) headroom.giveBack(fast);
    expect(headroom.keptFrom(slow, limit, 20_000)).toBeGreaterThan(before);
  });
});
