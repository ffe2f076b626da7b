import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';
import { parseQuantity, type Unit } from './quantity.ts';

const units: readonly Unit[] = [
  { suffix: 'd', factor: 86_400_000 },
  { suffix: 'h', factor: 3_600_000 },
  { suffix: 'm', factor: 60_000 },
  { suffix: 's', factor: 1_000 },
  { suffix: 'ms', factor: 1 },
];

// Also what editors check by the JSON Schema, hence without flags.
const pattern = /^\s*(\d+(\.\d+)?|\.\d+)\s*(ms|s|m|h|d)?\s*$/;

// setTimeout fires at once beyond 2^31 - 1 ms (24.8 days); 24 days is the whole number below.
const longestMs = 24 * 86_400_000;

/** Milliseconds in code; a bare number outside is seconds, as in the Python version. */
export function duration(bounds: { minMs?: number; maxMs?: number } = {}): ValueKind<number> {
  const min = bounds.minMs ?? 1;
  const max = bounds.maxMs ?? longestMs;
  return {
    name: 'duration',
    placeholder: '<time>',
    allowed: `a duration from ${formatDuration(min)} to ${formatDuration(max)}`,
    example: '500ms, 30s or 5m; a bare number is seconds',
    repeatable: false,
    schema: z.union([z.number(), z.string().regex(pattern)]).transform((raw, context) => {
      const ms = parseDuration(raw);
      if (ms !== null && ms >= min && ms <= max) return ms;
      context.issues.push({ code: 'custom', message: 'not a duration', input: raw });
      return z.NEVER;
    }),
    fromText: (text) => text,
    format: formatDuration,
    toJson: formatDuration,
  };
}

/** Milliseconds, rounded to whole ones; null when it is not a duration. */
export function parseDuration(raw: string | number): number | null {
  const ms = parseQuantity(raw, units, 1_000);
  return ms === null ? null : Math.round(ms);
}

/** The largest unit that divides evenly: 90000 is `90s`, 120000 is `2m`. */
export function formatDuration(ms: number): string {
  const unit = units.find(({ factor }) => ms !== 0 && ms % factor === 0);
  return unit ? `${ms / unit.factor}${unit.suffix}` : `${ms}ms`;
}
