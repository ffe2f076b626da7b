import { describe, expect, it } from 'vitest';
import { LeaseTable, maxLeases } from './lease-table.ts';

describe('LeaseTable', () => {
  it('gives leases that are unlike each other and never 0, up to its capacity', () => {
    const table = new LeaseTable(3);
    const leases = [table.take(), table.take(), table.take()];
    expect(new Set(leases).size).toBe(3);
    expect(leases).not.toContain(0);
    expect([table.take(), table.held]).toEqual([0, 3]);
  });

  it('takes a lease back once: not twice, not 0, not one it never gave', () => {
    const table = new LeaseTable(2);
    const lease = table.take();
    expect(table.giveBack(lease)).toBe(true);
    for (const wrong of [lease, 0, 1 << 15, -1, 12345678, Number.NaN]) {
      expect(table.giveBack(wrong)).toBe(false);
    }
    expect(table.held).toBe(0);
  });

  it('knows an old lease from the new one in the same slot, through all generations', () => {
    const table = new LeaseTable(1);
    const first = table.take();
    for (let i = 0; i < 32_766; i++) {
      table.giveBack(i === 0 ? first : table.take());
      expect(table.holds(first)).toBe(false);
    }
    expect(table.held).toBe(0);
  });

  it('grows without forgetting, and its largest lease is still a small integer', () => {
    const table = new LeaseTable(1);
    const first = table.take();
    table.grow(maxLeases);
    let last = 0;
    for (let i = 1; i < maxLeases; i++) last = table.take();
    expect(last).toBeLessThan(2 ** 31);
    expect([table.take(), table.giveBack(last), table.giveBack(first)]).toEqual([0, true, true]);
    expect(() => table.grow(maxLeases + 1)).toThrow(RangeError);
  });
});
