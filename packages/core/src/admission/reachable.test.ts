import { describe, expect, it } from 'vitest';
import { Flow } from './flow.ts';
import { canMakeIt, isHopeless, mayWaitMs } from './reachable.ts';

/** Nine calls of 100 ms and one of 500. */
const known = (): Flow => {
  const flow = new Flow('known');
  for (let i = 0; i < 9; i++) flow.service.add(100);
  flow.service.add(500);
  return flow;
};

describe('Reachable', () => {
  it('is anything without a deadline, and nothing once it is past', () => {
    const flow = known();
    expect(isHopeless(Infinity, 1e9, flow)).toBe(false);
    expect([canMakeIt(Infinity, flow), mayWaitMs(Infinity, flow)]).toEqual([true, Infinity]);
    expect([isHopeless(0, 0, new Flow('new')), canMakeIt(0, new Flow('new'))]).toEqual([
      true,
      false,
    ]);
  });

  it('counts the wait and what nearly all calls take at arrival', () => {
    expect([isHopeless(701, 200, known()), isHopeless(699, 200, known())]).toEqual([false, true]);
  });

  it('counts what half of them take when it is their turn', () => {
    expect([canMakeIt(100, known()), canMakeIt(99, known())]).toEqual([true, false]);
    expect(mayWaitMs(250, known())).toBe(150);
  });

  it('counts no service of which less than eight calls are known', () => {
    const flow = new Flow('new');
    for (let i = 0; i < 7; i++) flow.service.add(1000);
    expect([isHopeless(10, 0, flow), canMakeIt(10, flow), mayWaitMs(10, flow)]).toEqual([
      false,
      true,
      10,
    ]);
  });
});
