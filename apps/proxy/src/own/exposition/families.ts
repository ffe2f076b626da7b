import { admissionFamilies } from './admission-families.ts';
import type { Family } from './family.ts';
import { processFamilies } from './process-families.ts';
import { queueFamilies } from './queue-families.ts';
import { requestFamilies } from './request-families.ts';
import { upstreamFamilies } from './upstream-families.ts';

/**
 * Every metric, in the order in which it is written. Adding one is an entry in one of these lists, and
 * `pnpm write-docs` for docs/metrics.md.
 */
export const families: readonly Family[] = [
  ...requestFamilies,
  ...queueFamilies,
  ...admissionFamilies,
  ...upstreamFamilies,
  ...processFamilies,
];

/** Of the process as a whole: told once, however many services there are. */
export const isOfProcess = (family: Family): boolean => processFamilies.includes(family);
