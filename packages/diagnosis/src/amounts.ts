import { type Outcome, refusedBy } from '@spillway/contracts';
import type { Interval } from './interval.ts';

/** Single failures happen; from here on they are trouble. */
const fewest = 5;

/** As many as are worth a word: at least five, and this share of the whole. */
export const inNumber = (part: number, whole: number, share = 0.05): boolean =>
  part >= fewest && part >= share * whole;

/** Refused here for other reasons than a full queue, which is counted apart. */
const refusedHere: readonly Outcome[] = [
  ...refusedBy('breaker'),
  ...refusedBy('key_limit'),
  ...refusedBy('self_protection'),
  'client_error',
  'draining',
  'proxy_internal_error',
  'loop_detected',
];

/** Requests that ended after they had been given to an upstream; our own refusals dilute every share. */
export const forwarded = ({ finished, byOutcome, queueRejected }: Interval): number =>
  refusedHere.reduce((sum, outcome) => sum - byOutcome[outcome], finished - queueRejected);
