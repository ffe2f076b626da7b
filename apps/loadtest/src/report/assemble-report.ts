import { cpus } from 'node:os';
import type { LoadReport, Verdict } from '@spillway/contracts';
import { judgeThresholds } from '../judge/judge-thresholds.ts';
import type { Threshold } from '../judge/threshold.ts';
import { judgeGenerator } from '../record/generator-health.ts';
import { summarize } from '../record/summarize.ts';
import type { MeasuredLoad } from '../run-load.ts';
import { warningsOf } from './warnings.ts';

export interface ReportFacts {
  readonly version: string;
  readonly url: string;
  readonly model: LoadReport['model'];
  /** What has to be equal for two reports to be comparable. */
  readonly options: LoadReport['options'];
  readonly thresholds: readonly Threshold[];
  readonly knee: LoadReport['knee'];
  readonly interrupted: boolean;
}

/** Everything that was measured, judged, as the report of the contract. */
export function assembleReport(
  { state, durationMs, startedAt, loads }: MeasuredLoad,
  facts: ReportFacts,
): LoadReport {
  const recorded = summarize(state, durationMs);
  const measured: LoadReport = {
    schema: 1,
    version: facts.version,
    url: facts.url,
    started_at: startedAt.toISOString(),
    host: thisHost(),
    model: facts.model,
    options: facts.options,
    ...recorded,
    generator: judgeGenerator(loads, recorded.duration),
    thresholds: [],
    knee: facts.knee,
    proxy_check: null,
    warnings: [],
    verdict: 'passed',
  };
  const thresholds = judgeThresholds(facts.thresholds, measured);
  const judged = { ...measured, thresholds };
  const report = { ...judged, warnings: warningsOf(judged, state) };
  return { ...report, verdict: verdictOf(report, facts.interrupted) };
}

/** The gravest first: what an invalid run says of thresholds means nothing. */
function verdictOf(
  report: Pick<LoadReport, 'counts' | 'generator' | 'thresholds'>,
  interrupted: boolean,
): Verdict {
  if (interrupted) return 'interrupted';
  // The load was less than was asked for, however the target did.
  if (report.counts.outcomes.local > 0) return 'invalid';
  if (isUnreachable(report.counts)) return 'unreachable';
  if (report.generator.verdict === 'invalid') return 'invalid';
  return report.thresholds.every(({ passed }) => passed) ? 'passed' : 'threshold_missed';
}

/** Nothing but refusals, once anything ended at all. */
function isUnreachable({ sent, outcomes }: LoadReport['counts']): boolean {
  return outcomes.refused > 0 && outcomes.refused === sent - outcomes.unfinished;
}

function thisHost(): LoadReport['host'] {
  const all = cpus();
  return {
    cpus: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
  };
}
