import { classContradictions } from './class-contradictions.ts';
import type { ContradictionRule } from './contradiction-rule.ts';
import { rangeContradictions } from './range-contradictions.ts';
import { tlsContradictions } from './tls-contradictions.ts';

const rules: readonly ContradictionRule[] = [
  ...classContradictions,
  ...rangeContradictions,
  ...tlsContradictions,
];

/** What the values in force say against each other, all at once. */
export const contradictions: ContradictionRule = (config, sources) =>
  rules.flatMap((rule) => rule(config, sources));
