import type { LoadOutcome, LoadReport } from '@spillway/contracts';
import { describe, expect, it } from 'vitest';
import { parseThresholds } from '../judge/parse-thresholds.ts';
import type { ThreadLoad } from '../record/generator-health.ts';
import { Recorder } from '../record/recorder.ts';
import { assembleReport } from './assemble-report.ts';

interface Run {
  readonly outcomes?: readonly LoadOutcome[];
  readonly utilization?: number;
  readonly failIf?: string;
  readonly interrupted?: boolean;
  readonly tookMs?: number;
}

function report(run: Run): LoadReport {
  const { outcomes = ['ok'], utilization = 0.1, failIf, tookMs = 2_000 } = run;
  const recorder = new Recorder({ from: 0, durationMs: 10_000, timeoutMs: 1_000, open: false });
  for (const outcome of outcomes) {
    const status = outcome === 'ok' ? 200 : 0;
    const localError = outcome === 'local' ? 'EMFILE' : null;
    const instants = { intendedAt: 0, sentAt: 0, endedAt: tookMs };
    recorder.onSent(0);
    recorder.onEnded({ outcome, status, ...instants, bytes: 0, proxyOutcome: null, localError });
  }
  const loads: ThreadLoad[] = [
    { eventLoopUtilization: 0.05, eventLoopDelayP99Ms: 1 },
    { eventLoopUtilization: utilization, eventLoopDelayP99Ms: 12 },
  ];
  const parsed = failIf === undefined ? null : parseThresholds(failIf);
  return assembleReport(
    {
      state: recorder.state(),
      durationMs: Math.min(tookMs, 10_000),
      startedAt: new Date(0),
      loads,
    },
    {
      version: '0.1.0',
      url: 'http://localhost/',
      model: 'closed',
      options: {},
      thresholds: parsed?.ok ? parsed.thresholds : [],
      knee: null,
      interrupted: run.interrupted ?? false,
    },
  );
}

const fails = 'errors>1%';

describe('the verdict', () => {
  it.each<[string, Run]>([
    ['passed', {}],
    ['passed', { failIf: fails }],
    ['threshold_missed', { outcomes: ['ok', 'reset'], failIf: fails }],
    ['passed', { outcomes: ['ok', 'refused'] }],
    ['unreachable', { outcomes: ['refused', 'refused'], failIf: fails }],
    ['unreachable', { outcomes: ['refused', 'unfinished'] }],
    ['passed', { outcomes: ['unfinished'] }],
    ['invalid', { outcomes: ['ok', 'local'], failIf: 'errors>90%' }],
    ['invalid', { outcomes: ['refused', 'local'] }],
    ['invalid', { utilization: 0.96, outcomes: ['reset'], failIf: fails }],
    ['passed', { utilization: 0.95 }],
    ['passed', { utilization: 1, tookMs: 900 }],
    ['interrupted', { interrupted: true, outcomes: ['refused'], utilization: 1 }],
  ])('%s: %j', (verdict, run) => {
    expect(report(run).verdict).toBe(verdict);
  });
});

describe('the generator', () => {
  it('is as busy as its busiest thread', () => {
    expect(report({ utilization: 0.7 }).generator).toEqual({
      event_loop_utilization: 0.7,
      event_loop_delay_p99: 0.012,
      verdict: 'healthy',
    });
  });

  it('is warned of above 80 %', () => {
    const { generator, warnings, verdict } = report({ utilization: 0.9 });
    expect([generator.verdict, verdict]).toEqual(['strained', 'passed']);
    expect(warnings.join()).toMatch(/busy 90 % of the time \(more than 80 %\)/);
  });
});

describe('warnings', () => {
  it.each<[RegExp, Run]>([
    [/nothing was sent/, { outcomes: [] }],
    [/not one request ended/, { outcomes: ['unfinished', 'unfinished'] }],
    [/too short/, { tookMs: 500 }],
    [/1 of 1 answers came after the last was sent/, { tookMs: 12_000 }],
    [/1 of 2 requests could not be sent, since .*EMFILE.*ulimit -n/, { outcomes: ['ok', 'local'] }],
    [/1 of 2 requests failed/, { outcomes: ['ok', 'status'] }],
  ])('say %s', (warning, run) => {
    expect(report(run).warnings.join('\n')).toMatch(warning);
  });

  it('are none for a run as it should be', () => {
    expect(report({}).warnings).toEqual([]);
    expect(report({ outcomes: ['ok', 'status'], failIf: fails }).warnings).toEqual([]);
  });
});
