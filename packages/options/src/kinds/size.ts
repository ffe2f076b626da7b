import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';
import { parseQuantity, type Unit } from './quantity.ts';

const units: readonly Unit[] = [
  { suffix: 'GiB', factor: 2 ** 30 },
  { suffix: 'GB', factor: 1e9 },
  { suffix: 'MiB', factor: 2 ** 20 },
  { suffix: 'MB', factor: 1e6 },
  { suffix: 'KiB', factor: 2 ** 10 },
  { suffix: 'kB', factor: 1e3 },
  { suffix: 'B', factor: 1 },
];

// Also what editors check by the JSON Schema, hence without flags.
const pattern = /^\s*(\d+(\.\d+)?|\.\d+)\s*(([kKmMgG][iI]?)?[bB])?\s*$/;

/** Whole bytes in code; a bare number outside is bytes. */
export function size(bounds: { minBytes?: number; maxBytes?: number } = {}): ValueKind<number> {
  const min = bounds.minBytes ?? 0;
  const max = bounds.maxBytes ?? Number.MAX_SAFE_INTEGER;
  const upTo = bounds.maxBytes === undefined ? ' up' : ` to ${formatSize(max)}`;
  return {
    name: 'size',
    placeholder: '<size>',
    allowed: `a size from ${formatSize(min)}${upTo}`,
    example: '64KiB or 1MB; a bare number is bytes',
    repeatable: false,
    schema: z.union([z.number(), z.string().regex(pattern)]).transform((raw, context) => {
      const bytes = parseSize(raw);
      if (bytes !== null && bytes >= min && bytes <= max) return bytes;
      context.issues.push({ code: 'custom', message: 'not a size', input: raw });
      return z.NEVER;
    }),
    fromText: (text) => text,
    format: formatSize,
    toJson: formatSize,
  };
}

/** Bytes; null when it is not a size or not a whole number of bytes. */
export function parseSize(raw: string | number): number | null {
  const bytes = parseQuantity(raw, units, 1);
  return bytes !== null && Number.isSafeInteger(bytes) ? bytes : null;
}

/** The largest unit that divides evenly: 65536 is `64KiB`, 1000000 is `1MB`. */
export function formatSize(bytes: number): string {
  const unit = units.find(({ factor }) => bytes !== 0 && bytes % factor === 0);
  return unit ? `${bytes / unit.factor}${unit.suffix}` : `${bytes}B`;
}
