import type { LoadReport } from '@spillway/contracts';
import { formatNumber, formatPercent, formatSeconds } from '@spillway/quantities';
import { invalidAbove, strainedAbove } from '../record/generator-health.ts';
import type { RecorderState } from '../record/recorder.ts';
import { localWarnings } from './local-warnings.ts';

type Rule = (report: LoadReport, state: RecorderState) => string | readonly string[] | null;

/** What a reader of the numbers should know before believing them. */
export function warningsOf(report: LoadReport, state: RecorderState): string[] {
  return rules.flatMap((rule) => rule(report, state) ?? []);
}

const rules: readonly Rule[] = [
  ({ generator }) => {
    if (generator.verdict === 'healthy') return null;
    const busy = `the load generator was busy ${formatPercent(100 * generator.event_loop_utilization)} of the time`;
    const [bound, effect] =
      generator.verdict === 'invalid'
        ? [invalidAbove, 'its own delays are in the latencies, so they mean nothing']
        : [strainedAbove, 'its own delays may be in the latencies'];
    return `${busy} (more than ${100 * bound} %): ${effect}; use --workers or less load`;
  },
  ({ counts }) => localWarnings(counts),
  ({ counts }) => (counts.sent === 0 ? 'nothing was sent' : null),
  ({ counts: { sent, outcomes } }) =>
    sent > 0 && outcomes.unfinished === sent
      ? 'not one request ended, so nothing is known of the target: a longer run, or draining, tells more'
      : null,
  ({ counts }) =>
    counts.dropped === 0
      ? null
      : `${formatNumber(counts.dropped)} requests were due but not sent, since --max-in-flight were under way: the target did not keep up`,
  ({ counts, success_rate, thresholds }) => {
    const { ok, unfinished, local } = counts.outcomes;
    const failed = counts.sent - ok - unfinished - local;
    return success_rate < 99 && failed > counts.outcomes.refused && thresholds.length === 0
      ? `${formatNumber(failed)} of ${formatNumber(counts.sent)} requests failed, and nothing was said of how many may: --fail-if 'errors>1%' does`
      : null;
  },
  ({ latency }) => {
    const late = latency.lateness?.p99 ?? 0;
    return late > 0.01
      ? `the schedule ran late: one request in a hundred by ${formatSeconds(late)} or more; latencies count from the intended time all the same`
      : null;
  },
  ({ counts }, { within }) => {
    const ended = counts.sent - counts.outcomes.unfinished - counts.outcomes.local;
    const drained = ended - within.ended;
    return drained > 0.05 * ended
      ? `${formatNumber(drained)} of ${formatNumber(ended)} answers came after the last was sent: they are in the counts and latencies, but not in the rates; a longer run tells more`
      : null;
  },
  ({ counts, duration }) =>
    counts.sent > 0 && duration < 1
      ? `the run took ${formatSeconds(duration)}: too short for rates that another run would show again`
      : null,
];
