import type { Evidence } from '@spillway/contracts';
import { formatNumber, formatPercent, formatRate, formatSeconds } from '@spillway/quantities';

/** One number for people: "p95 to the first byte 1.2 s". */
export function formatEvidence({ what, value, unit }: Evidence): string {
  return `${what} ${formatValue(value, unit)}`;
}

function formatValue(value: number, unit: Evidence['unit']): string {
  switch (unit) {
    case 'seconds':
      return formatSeconds(value);
    case 'percent':
      return formatPercent(value);
    case 'per_second':
      return `${formatRate(value)}/s`;
    case 'requests':
    case 'count':
      return formatNumber(value);
  }
}
