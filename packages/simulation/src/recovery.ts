import { expectedOver } from './capacity.ts';
import type { Second } from './ledger.ts';
import type { PhaseScript } from './phase-script.ts';
import type { Phase, Scenario } from './scenario.ts';

export interface Recovery {
  readonly phase: Phase;
  /** From its end until all is as it should be again, ms; null: not before the next one or the end. */
  readonly afterMs: number | null;
}

const windowSeconds = 3;

/**
 * When good answers are back after each phase: the first of three seconds that together bring 90 % of what
 * is ideal, less what chance takes from few requests.
 */
export function recoveries(
  scenario: Scenario,
  script: PhaseScript,
  seconds: readonly Second[],
): Recovery[] {
  return scenario.phases
    .filter(({ toMs }) => toMs < scenario.durationMs)
    .map((phase) => {
      const nexts = scenario.phases.map(({ fromMs }) => fromMs).filter((ms) => ms >= phase.toMs);
      const untilMs = Math.min(scenario.durationMs, ...nexts);
      return { phase, afterMs: findRecovery(scenario, script, seconds, phase.toMs, untilMs) };
    });
}

function findRecovery(
  scenario: Scenario,
  script: PhaseScript,
  seconds: readonly Second[],
  fromMs: number,
  untilMs: number,
): number | null {
  const first = Math.ceil(fromMs / 1000);
  for (let second = first; (second + windowSeconds) * 1000 <= untilMs; second++) {
    const startMs = second * 1000;
    const { ideal } = expectedOver(scenario, script, startMs, startMs + windowSeconds * 1000);
    const due = ideal * windowSeconds;
    const all = seconds.slice(second, second + windowSeconds);
    const good = all.reduce((sum, each) => sum + each.good, 0);
    if (good >= 0.9 * due - 2 * Math.sqrt(due)) return startMs - fromMs;
  }
  return null;
}
