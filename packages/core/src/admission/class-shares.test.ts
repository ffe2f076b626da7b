import { describe, expect, it } from 'vitest';
import { ClassShares } from './class-shares.ts';

const shares = (reserved: number[], limit: number): ClassShares =>
  new ClassShares(
    reserved.map((reservedShare, precedence) => ({ reservedShare, precedence })),
    limit,
  );

describe('ClassShares', () => {
  it('leaves free what others have reserved and not taken', () => {
    const classes = shares([0, 0.3], 10);
    classes.inFlight[0] = 6;
    expect([classes.mayTake(0, 4), classes.mayTake(1, 4)]).toEqual([true, true]);
    classes.inFlight[0] = 7;
    expect([classes.mayTake(0, 3), classes.mayTake(1, 3)]).toEqual([false, true]);
    classes.inFlight[1] = 2;
    expect(classes.mayTake(0, 1)).toBe(false);
  });

  it('never promises more than there is, at any limit and split', () => {
    for (let limit = 0; limit <= 30; limit++) {
      const classes = shares([0.1, 0.333, 0.567], limit);
      const takes = (priority: number): boolean => {
        const free = limit - classes.inFlight.reduce((sum, it) => sum + it, 0);
        if (!classes.mayTake(priority, free)) return false;
        classes.inFlight[priority]!++;
        return true;
      };
      for (const priority of [2, 0, 1]) while (takes(priority));
      expect(classes.inFlight.reduce((sum, it) => sum + it, 0)).toBe(limit);
      for (const [i, share] of [0.1, 0.333, 0.567].entries()) {
        expect(classes.inFlight[i]).toBeGreaterThanOrEqual(Math.floor(share * limit));
      }
    }
  });

  it('orders by precedence, then by place in the list', () => {
    const classes = new ClassShares(
      [0, 5, -1, 5].map((precedence) => ({ reservedShare: 0, precedence })),
      10,
    );
    expect(classes.byPrecedence).toEqual([1, 3, 0, 2]);
  });

  it('refuses shares that are no shares', () => {
    expect(() => shares([0.6, 0.5], 10)).toThrow(/^reservedShare/);
    expect(() => shares([-0.1], 10)).toThrow(/^reservedShare/);
    expect(() => shares([Number.NaN], 10)).toThrow(/^reservedShare/);
    expect(() => shares([], 10)).toThrow(/^classes/);
  });
});
