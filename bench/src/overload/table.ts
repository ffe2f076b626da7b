import { alignColumns } from '../cost/table.ts';
import type { Figures, GroupFigures } from './judge.ts';
import type { Scenario } from './scenario.ts';

export interface Row {
  readonly contender: string;
  readonly figures: Figures;
}

/** One scenario, a line a contender; groups apart when there are several. */
export function overloadTable(scenario: Scenario, rows: readonly Row[]): string {
  const several = scenario.groups.length > 1;
  const head = [
    'proxy',
    ...(several ? scenario.groups.map(({ name }) => `${name} good`) : ['goodput']),
    'good p50',
    'p99 ms',
    'refused p50',
    'refused',
    'errors',
    'left',
    'sent/asked',
    'line inside',
    ...(scenario.trouble ? ['recovery s'] : []),
  ];
  const lines = rows.map(({ contender, figures }) => {
    const { all, groups, amplification, maxQueued, recoverySeconds } = figures;
    const shares: readonly GroupFigures[] = several ? groups : [all];
    return [
      contender,
      ...shares.map(({ goodput }) => `${(100 * goodput).toFixed(1)} %`),
      whole(all.goodMs.p50),
      whole(all.goodMs.p99),
      whole(all.refusedMs.p50),
      String(all.ends.refused),
      String(all.ends.error),
      String(all.ends.left),
      amplification.toFixed(2),
      String(maxQueued),
      ...(scenario.trouble
        ? [recoverySeconds === null ? 'never' : recoverySeconds.toFixed(2)]
        : []),
    ];
  });
  return `${scenario.name}: ${scenario.what}\n${alignColumns([head, ...lines])}`;
}

const whole = (ms: number | null): string => (ms === null ? '-' : ms.toFixed(0));
