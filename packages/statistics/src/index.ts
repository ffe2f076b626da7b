export {
  type Comparison,
  type ComparisonRow,
  compareSamples,
  type Measure,
  type RowVerdict,
  runsNeeded,
} from './compare-samples.ts';
export { median } from './median.ts';
