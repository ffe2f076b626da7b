import { describe, expect, it } from 'vitest';
import { CallOrder, slotNumbers } from './call-order.ts';
import { SlotEvidence } from './slot-evidence.ts';

/** Six calls at once, answered in this order of rank, one every `everyMs`, each followed by another. */
function answered(ranks: readonly number[], everyMs = 100): SlotEvidence {
  const order = new CallOrder(slotNumbers(12));
  const evidence = new SlotEvidence(order);
  for (let i = 0; i < 6; i++) order.add(0);
  ranks.forEach((rank, i) => {
    const now = (i + 1) * everyMs;
    evidence.add(rank, now, 50);
    order.remove(rank, now);
    order.add(now);
  });
  return evidence;
}
const score = (evidence: SlotEvidence, slots: number): number =>
  evidence.scoreOf(slotNumbers(12).indexOf(slots));

describe('SlotEvidence', () => {
  it('rules out fewer slots than those whose calls were answered', () => {
    const evidence = answered([6, 1, 5, 2, 4, 3, 6, 1, 5, 2, 4]);
    expect(score(evidence, 6)).toBeGreaterThan(-1);
    expect(score(evidence, 4)).toBeLessThan(-4);
    expect(evidence.proofAgainst(3)).toBeLessThan(-4);
  });

  it('takes six at once for two slots when only the two oldest are ever answered', () => {
    const evidence = answered([1, 2, 2, 1, 1, 2, 1, 2, 2, 1, 2, 1, 1, 2, 1, 2]);
    expect(score(evidence, 2)).toBe(0);
    expect(score(evidence, 6)).toBeLessThan(-3);
    expect(evidence.proofAgainst(1)).toBe(0);
  });

  it('can not tell numbers apart that were never in flight', () => {
    const evidence = answered([6, 1, 5, 2, 4, 3]);
    expect(score(evidence, 12)).toBeCloseTo(score(evidence, 6), 9);
  });

  it('softens what was acted on', () => {
    const evidence = answered([1, 2, 2, 1, 1, 2, 1, 2, 2, 1, 2, 1, 1, 2, 1, 2]);
    evidence.soften(1, 2);
    expect(score(evidence, 6)).toBe(-2);
    expect(score(evidence, 2)).toBe(0);
  });
});
