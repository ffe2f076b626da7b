import { beforeEach, describe, expect, it } from 'vitest';
import { ManualTime } from '../testing.ts';
import { Flow } from './flow.ts';
import { KindFlows, maxGroups } from './kind-flows.ts';

let time: ManualTime;
let flows: Flow[];
let kinds: KindFlows;

beforeEach(() => {
  time = new ManualTime(1000);
  flows = Array.from({ length: maxGroups }, () => new Flow(''));
  kinds = new KindFlows(time, flows);
});

/** So many calls of a kind that took so long; the flow of the next one, a second later. */
const calls = (kind: number, tookMs: number, count = 10): void => {
  for (let i = 0; i < count; i++) {
    kinds.flowOf(kind);
    kinds.learn(kind, tookMs);
  }
};
const groupOf = (kind: number): number | null => {
  const flow = kinds.flowOf(kind);
  return flow === null ? null : flows.indexOf(flow);
};

describe('KindFlows', () => {
  it('tells nobody from others while all take about as long', () => {
    calls(1, 50);
    calls(2, 120);
    calls(3, 300);
    time.advance(1000);
    expect([1, 2, 3].map(groupOf)).toEqual([null, null, null]);
  });

  it('gives long calls a flow of their own, and one to those of any kind that is short', () => {
    calls(1, 50);
    calls(2, 90);
    calls(3, 10_000);
    time.advance(1000);
    expect([1, 2, 3].map(groupOf)).toEqual([0, 0, 1]);
    expect(groupOf(4)).toBeNull();
  });

  it('waits until it knows enough of a kind', () => {
    calls(1, 50);
    calls(2, 10_000, 7);
    time.advance(1000);
    expect(groupOf(1)).toBeNull();
    calls(2, 10_000, 1);
    time.advance(1000);
    expect([1, 2].map(groupOf)).toEqual([0, 1]);
  });

  it('leaves a kind at the border where it is', () => {
    calls(1, 50);
    calls(2, 250);
    time.advance(1000);
    expect([1, 2].map(groupOf)).toEqual([null, null]);
    calls(2, 500, 200);
    time.advance(1000);
    expect([1, 2].map(groupOf)).toEqual([0, 1]);
    calls(2, 250, 200);
    time.advance(1000);
    expect([1, 2].map(groupOf)).toEqual([0, 1]);
    calls(2, 100, 200);
    time.advance(1000);
    expect([1, 2].map(groupOf)).toEqual([null, null]);
  });

  it('forgets a kind that nobody asks for', () => {
    calls(1, 50);
    calls(2, 10_000);
    time.advance(1000);
    expect(groupOf(1)).toBe(0);
    // Twenty times ten seconds.
    time.advance(199_000);
    expect(groupOf(1)).toBe(null);
    calls(1, 50);
    time.advance(1000);
    expect([groupOf(1), kinds.groups]).toEqual([null, 1]);
  });

  it('has no more groups than flows', () => {
    for (let kind = 0; kind < 8; kind++) calls(kind, 10 ** kind);
    time.advance(1000);
    expect([0, 1, 2, 3, 7].map(groupOf)).toEqual([0, 1, 2, 3, 3]);
  });
});
