import type { TimeSource } from '../time/time-source.ts';
import { ConsecutiveFailures, type ConsecutiveFailuresOptions } from './consecutive-failures.ts';
import { FailureRate } from './failure-rate.ts';
import type { RateOptions } from './rate-window.ts';
import { SlowCallRate, type SlowCallRateOptions } from './slow-call-rate.ts';
import type { TripRule } from './trip-rule.ts';

/** What each rule wants to know. */
export interface TripRuleOptions {
  consecutive_failures: ConsecutiveFailuresOptions;
  failure_rate: RateOptions;
  slow_call_rate: SlowCallRateOptions;
}

export type TripRuleName = keyof TripRuleOptions;

type Make<Name extends TripRuleName> = (
  options: TripRuleOptions[Name],
  time: Pick<TimeSource, 'now'>,
) => TripRule;

/** All trip rules. Adding one is a file, its test, and a line here and above. */
export const tripRules = {
  consecutive_failures: (options) => new ConsecutiveFailures(options),
  failure_rate: (options, time) => new FailureRate(options, time),
  slow_call_rate: (options, time) => new SlowCallRate(options, time),
} as const satisfies { readonly [Name in TripRuleName]: Make<Name> };
