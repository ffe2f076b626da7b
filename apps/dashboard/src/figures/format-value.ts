import { formatCount, formatPercent, formatRate, formatSeconds } from '@spillway/quantities';
import type { Unit } from './plot-spec.ts';

const breakerStates = ['closed', 'probing', 'open'] as const;

/** A value of a plot, for its legend. */
export function formatValue(value: number | null, unit: Unit): string {
  if (value === null) return '–';
  switch (unit) {
    case 'per_second':
      return `${formatRate(value)}/s`;
    case 'seconds':
      return formatSeconds(value);
    case 'requests':
      return formatCount(value);
    case 'percent':
      return formatPercent(value);
    case 'breaker':
      return breakerStates[Math.round(value)] ?? '–';
  }
}
