import { alignColumns } from '../cost/table.ts';
import type { GroupFigures } from './judge.ts';
import type { Scenario } from './scenario.ts';
import { middleOf, type Row, type Spread } from './spread.ts';

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
  const lines = rows.map((row) => {
    const { contender, goodput } = row;
    const { all, groups, amplification, maxQueued, recoverySeconds } = middleOf(row);
    const shares: readonly GroupFigures[] = several ? groups : [all];
    return [
      contender,
      ...shares.map(({ name }) => percent(goodput[name])),
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

/** The median of several runs, and from where to where they go. */
function percent(spread: Spread | undefined): string {
  if (spread === undefined) return '-';
  const { median, min, max } = spread;
  const middle = `${(100 * median).toFixed(1)} %`;
  return min === max ? middle : `${middle} (${(100 * min).toFixed(0)}-${(100 * max).toFixed(0)})`;
}

const whole = (ms: number | null): string => (ms === null ? '-' : ms.toFixed(0));
