import { ConsecutiveFailures } from './consecutive-failures.ts';
import type { TripRule } from './trip-rule.ts';

/** All trip rules. Adding one is a file, its test, and a line here. */
export const tripRules = {
  consecutive_failures: (threshold: number) => new ConsecutiveFailures(threshold),
} as const satisfies Record<string, (threshold: number) => TripRule>;

export type TripRuleName = keyof typeof tripRules;
