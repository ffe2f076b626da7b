import type { Evidence } from '@spillway/contracts';

/** One number for people: "p95 to the first byte 1.2 s". */
export function formatEvidence({ what, value, unit }: Evidence): string {
  return `${what} ${formatValue(value, unit)}`;
}

function formatValue(value: number, unit: Evidence['unit']): string {
  switch (unit) {
    case 'seconds':
      return Math.abs(value) < 1 ? `${rounded(value * 1000)} ms` : `${rounded(value)} s`;
    case 'percent':
      return `${rounded(value)} %`;
    case 'per_second':
      return `${rounded(value)}/s`;
    case 'requests':
    case 'count':
      return rounded(value);
  }
}

/** Whole numbers from ten on, one decimal below. */
const rounded = (value: number): string =>
  String(Math.abs(value) >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
