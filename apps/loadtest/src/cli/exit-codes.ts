import type { Verdict } from '@spillway/contracts';

/** What was given cannot be used: options, files, arguments. */
export const exitUsage = 2;

/** The only table of exit codes; docs/loadtest.md says the same. */
export const exitCodes: Readonly<Record<Verdict, number>> = {
  passed: 0,
  threshold_missed: 1,
  unreachable: 3,
  invalid: 4,
  regression: 5,
  interrupted: 130,
};
