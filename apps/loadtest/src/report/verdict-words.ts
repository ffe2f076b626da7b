import type { Verdict } from '@spillway/contracts';

/** What each verdict says to people. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  passed: 'passed',
  threshold_missed: 'threshold missed',
  unreachable: 'target unreachable',
  invalid: 'run invalid',
  regression: 'regression',
  interrupted: 'interrupted',
};
