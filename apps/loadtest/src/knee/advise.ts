import type { Knee } from '@spillway/contracts';
import { commandNames } from '@spillway/contracts';
import { formatDuration } from '@spillway/options';
import type { StepResult } from './step.ts';

export type Advice = Knee['advice'];

export interface AdviceInput {
  /** Where the bend is, in concurrent requests; not whole. */
  readonly knee: number;
  /** The most that was carried without errors; no advice goes beyond. */
  readonly limit: number;
  /** Good answers a second at most. */
  readonly maxRate: number;
  /** Within how long a request should be answered, queue included, s. */
  readonly objective: number;
  /** Where the proxy forwards to. */
  readonly target: string;
  readonly steps: readonly StepResult[];
}

/** Settings of the proxy for this backend: Little's law for the slots, the rest from the step at the knee. */
export function advise(input: AdviceInput): Advice {
  const { knee, limit, maxRate, objective, target, steps } = input;
  const maxConcurrent = Math.max(1, Math.min(slotsFor(knee), limit));
  const atKnee = nearestStep(steps, maxConcurrent);
  const queueTimeout = Math.max(0, objective - atKnee.p99);
  const settings = {
    max_concurrent_requests: maxConcurrent,
    max_queue_size: Math.floor(maxRate * queueTimeout),
    queue_timeout: queueTimeout,
    read_timeout: Math.max(3 * atKnee.p99, 1.5 * atKnee.p999),
  };
  return { ...settings, line: proxyLine(settings, target) };
}

/**
 * A twentieth of headroom, so that noise in the estimate leaves no slot idle, and only as whole slots. A tenth rounded up
 * would put 5 on a backend of 4 slots and 9 or 10 on one of 8, where the extra request only ever waits,
 * and on 32 slots use up what the estimate itself may be off by.
 */
export function slotsFor(knee: number): number {
  return Math.max(Math.round(knee), Math.floor(1.05 * knee));
}

function nearestStep(steps: readonly StepResult[], concurrency: number): StepResult {
  const away = (step: StepResult) => Math.abs(Math.log(step.concurrency / concurrency));
  return steps.reduce((nearest, step) => (away(step) < away(nearest) ? step : nearest));
}

function proxyLine(settings: Omit<Advice, 'line'>, target: string): string {
  const slots = String(settings.max_concurrent_requests);
  return [
    `${commandNames.proxy} start`,
    `--target ${target}`,
    `--max-concurrent-requests ${slots}`,
    // Fewer connections than permits would be a second, hidden limit.
    `--pool-maxsize ${slots}`,
    `--max-queue-size ${settings.max_queue_size}`,
    `--queue-timeout ${durationFlag(settings.queue_timeout, Math.floor)}`,
    `--read-timeout ${durationFlag(settings.read_timeout, Math.ceil)}`,
  ].join(' ');
}

/**
 * Two significant digits are all that a measurement is good for, and never 0. A wait is rounded down, to keep what was
 * promised; a patience up.
 */
function durationFlag(seconds: number, round: (value: number) => number): string {
  const ms = Math.max(1, seconds * 1_000);
  const step = 10 ** Math.max(0, Math.floor(Math.log10(ms)) - 1);
  // Off by a hair, 0.3 s x 1000 would round to the next.
  const rounded = round(Number((ms / step).toPrecision(9))) * step;
  return rounded < 1_000 || rounded % 60_000 === 0
    ? formatDuration(rounded)
    : `${rounded / 1_000}s`;
}
