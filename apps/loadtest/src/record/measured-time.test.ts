import { describe, expect, it } from 'vitest';
import {
  closedPlan,
  duration,
  openPlan,
  requests,
  requestTo,
} from '../../test/engine/support/plans.ts';
import type { LoadPlan } from '../engine/engine.ts';
import { measuredMs, type RunCourse } from './measured-time.ts';

const request = requestTo('http://localhost/');

interface Course {
  readonly sent: number;
  readonly lastEndMs: number;
  readonly dropped?: number;
  readonly uncounted?: number;
  readonly warmUpMs?: number;
  readonly stoppedMs?: number;
}

function measured(plan: LoadPlan, course: Course): number {
  const { sent, lastEndMs, dropped = 0, uncounted = 0, warmUpMs = 0, stoppedMs = null } = course;
  const run: RunCourse = {
    plan,
    warmUpMs,
    state: { sent, dropped, uncounted, lastEndMs },
    stoppedMs,
  };
  return measuredMs(run);
}

describe('a run by time measures the time planned', () => {
  it.each<[string, LoadPlan, Course, number]>([
    [
      'open, though its last response came early',
      openPlan(request, duration(6_000), 0.5),
      { sent: 3, lastEndMs: 4_001 },
      6_000,
    ],
    [
      'closed, though it drained for long',
      closedPlan(request, duration(6_000)),
      { sent: 9, lastEndMs: 36_000 },
      6_000,
    ],
    [
      'closed, though no response came for its last half',
      closedPlan(request, duration(6_000)),
      { sent: 9, lastEndMs: 3_000 },
      6_000,
    ],
    [
      'without its warm-up',
      openPlan(request, duration(6_000), 0.5),
      { sent: 2, uncounted: 1, lastEndMs: 2_001, warmUpMs: 2_000 },
      4_000,
    ],
    [
      'that of all stages',
      openPlan(request, duration(3_000), 0, {
        stages: [
          { durationMs: 1_000, rate: 50 },
          { durationMs: 2_000, rate: 0 },
        ],
      }),
      { sent: 75, lastEndMs: 2_500 },
      3_000,
    ],
    [
      'also where a number of requests was not reached',
      closedPlan(request, { ...duration(6_000), requests: 100 }),
      { sent: 99, lastEndMs: 5_900 },
      6_000,
    ],
  ])('%s', (_, plan, course, expected) => {
    expect(measured(plan, course)).toBe(expected);
  });
});

describe('a run by number measures until its last request has ended', () => {
  it.each<[string, LoadPlan, Course, number]>([
    ['closed', closedPlan(request, requests(5)), { sent: 5, lastEndMs: 700 }, 700],
    [
      'open, at least until the next would have been due',
      openPlan(request, requests(3), 0.5),
      { sent: 3, lastEndMs: 4_001 },
      6_000,
    ],
    [
      'open, with what was due and not sent',
      openPlan(request, requests(3), 0.5),
      { sent: 2, dropped: 1, lastEndMs: 2_500 },
      6_000,
    ],
    [
      'open, when the responses take longer',
      openPlan(request, requests(3), 0.5),
      { sent: 3, lastEndMs: 9_000 },
      9_000,
    ],
    [
      'but not beyond the time planned',
      closedPlan(request, { ...duration(6_000), requests: 5 }),
      { sent: 5, lastEndMs: 7_000 },
      6_000,
    ],
    [
      'before the time planned',
      openPlan(request, { ...duration(6_000), requests: 5 }, 10),
      { sent: 5, lastEndMs: 401 },
      500,
    ],
  ])('%s', (_, plan, course, expected) => {
    expect(measured(plan, course)).toBeCloseTo(expected, 6);
  });
});

describe('a run that was stopped measures until then', () => {
  it.each<[string, LoadPlan, Course, number]>([
    [
      'open, between two requests',
      openPlan(request, duration(60_000), 0.5),
      { sent: 3, lastEndMs: 4_001, stoppedMs: 5_500 },
      5_500,
    ],
    [
      'closed',
      closedPlan(request, requests(100)),
      { sent: 3, lastEndMs: 500, stoppedMs: 501 },
      501,
    ],
    [
      'draining',
      closedPlan(request, duration(6_000)),
      { sent: 3, lastEndMs: 7_000, stoppedMs: 7_000 },
      6_000,
    ],
    [
      'nothing in the warm-up',
      closedPlan(request, duration(6_000)),
      { sent: 0, uncounted: 3, lastEndMs: 0, warmUpMs: 2_000, stoppedMs: -500 },
      0,
    ],
  ])('%s', (_, plan, course, expected) => {
    expect(measured(plan, course)).toBe(expected);
  });
});
