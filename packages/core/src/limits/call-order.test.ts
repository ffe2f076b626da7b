import { describe, expect, it } from 'vitest';
import { CallOrder, slotNumbers } from './call-order.ts';

/** When each call got its slot, oldest first, if there are so many. */
const served = (order: CallOrder, slots: number): number[] => {
  const candidate = order.slots.indexOf(slots);
  return Array.from({ length: order.size }, (_, i) => order.servedFrom(i + 1, candidate));
};

describe('the candidates', () => {
  it('are each number up to ten, then steps of a tenth, and the most', () => {
    const numbers = slotNumbers(1000);
    expect([...numbers.slice(0, 12)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(numbers.at(-1)).toBe(1000);
    for (let i = 11; i < numbers.length - 1; i++) {
      expect(numbers[i + 1]! / numbers[i]!).toBeLessThan(1.17);
    }
  });
});

describe('CallOrder', () => {
  it('gives slots in the order of arrival', () => {
    const order = new CallOrder(slotNumbers(8));
    const [a, b, c] = [order.add(0), order.add(10), order.add(20)];
    expect(served(order, 1)).toEqual([0, Number.NaN, Number.NaN]);
    expect(served(order, 2)).toEqual([0, 10, Number.NaN]);
    expect(served(order, 3)).toEqual([0, 10, 20]);
    expect([a, b, c].map((call) => order.rankOf(call))).toEqual([1, 2, 3]);
    // The second one leaves: with two slots the third gets its own.
    order.remove(2, 30);
    expect(served(order, 1)).toEqual([0, Number.NaN]);
    expect(served(order, 2)).toEqual([0, 30]);
    expect(served(order, 3)).toEqual([0, 20]);
    expect([a, b, c].map((call) => order.rankOf(call))).toEqual([1, 0, 2]);
  });

  it('tells calls of the same instant apart', () => {
    const order = new CallOrder(slotNumbers(4));
    const calls = Array.from({ length: 5 }, () => order.add(7));
    expect(calls.map((call) => order.rankOf(call))).toEqual([1, 2, 3, 4, 5]);
  });

  it('grows without forgetting, and uses places again', () => {
    const order = new CallOrder(slotNumbers(200));
    const calls = Array.from({ length: 200 }, (_, at) => order.add(at));
    expect(new Set(calls).size).toBe(200);
    expect(served(order, 200)).toEqual(Array.from({ length: 200 }, (_, at) => at));
    for (const call of calls) order.removeCall(call, 300);
    expect(order.size).toBe(0);
    const again = Array.from({ length: 200 }, () => order.add(400));
    expect(new Set([...calls, ...again]).size).toBe(200);
  });

  it('keeps a call that is held until its time is over', () => {
    const order = new CallOrder(slotNumbers(4));
    const call = order.add(0);
    order.hold(call, 100);
    expect([order.isSettled(1), order.rankOf(call)]).toEqual([true, 1]);
    order.sweep(99);
    expect(order.size).toBe(1);
    order.sweep(100);
    expect(order.size).toBe(0);
    order.hold(call, 200);
    order.removeCall(call, 100);
    expect(order.size).toBe(0);
  });
});
