import { describe, expect, it } from 'vitest';
import { FlowTable } from './flow-table.ts';

describe('FlowTable', () => {
  it('gives the same flow for the same key', () => {
    const flows = new FlowTable(10);
    expect(flows.get('a')).toBe(flows.get('a'));
    expect(flows.get('a')).not.toBe(flows.get('b'));
    expect(flows.size).toBe(2);
  });

  it('never grows beyond its bound, and keeps those in use', () => {
    const flows = new FlowTable(100);
    const busy = flows.get('busy');
    busy.inFlight = 1;
    const waiting = flows.get('waiting');
    waiting.waiting = 1;
    for (let i = 0; i < 5000; i++) flows.get(`key ${i}`);
    expect(flows.size).toBeLessThanOrEqual(100);
    expect([flows.get('busy'), flows.get('waiting')]).toEqual([busy, waiting]);
    expect(flows.get('busy')).toBe(busy);
  });

  it('rather drops one that nobody asked for lately', () => {
    const flows = new FlowTable(50);
    const regular = flows.get('regular');
    for (let i = 0; i < 2000; i++) {
      flows.get(`passing ${i}`);
      if (i % 10 === 0) expect(flows.get('regular')).toBe(regular);
    }
  });

  it('lets newcomers share one flow while all are busy', () => {
    const flows = new FlowTable(3);
    for (const key of ['a', 'b', 'c']) flows.get(key).inFlight = 1;
    const [d, e] = [flows.get('d'), flows.get('e')];
    expect([d === e, flows.size]).toEqual([true, 3]);
    flows.get('b').inFlight = 0;
    expect(flows.get('d')).not.toBe(d);
    expect(flows.size).toBe(3);
  });
});
