export {
  type Comparison,
  type ComparisonRow,
  compareSamples,
  type Measure,
  minimumRuns,
  type RowVerdict,
  runsNeeded,
} from './compare-samples.ts';
export { holm } from './holm.ts';
export { mannWhitney } from './mann-whitney.ts';
export { median } from './median.ts';
export { signedRank } from './signed-rank.ts';
