import { z } from 'zod';
import type { ValueKind } from '../value-kind.ts';

const pattern = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*(%?)\s*$/;

/** A fraction from 0 to 1 in code; `20%` or `0.2` outside. A bare 20 is refused, not guessed at. */
export function percent({ min = 0 }: { min?: number } = {}): ValueKind<number> {
  return {
    name: 'percent',
    placeholder: '<n%>',
    allowed: `a share from ${formatPercent(min)} to 100%`,
    example: '20% or 0.2',
    repeatable: false,
    schema: z.union([z.number(), z.string().regex(pattern)]).transform((raw, context) => {
      const fraction = parsePercent(raw);
      if (fraction !== null && fraction >= min && fraction <= 1) return fraction;
      context.issues.push({ code: 'custom', message: 'not a share', input: raw });
      return z.NEVER;
    }),
    fromText: (text) => text,
    format: formatPercent,
    toJson: formatPercent,
    explain: (raw) => {
      // What has its % already is no forgotten one.
      if (typeof raw === 'string' ? raw.includes('%') : typeof raw !== 'number') return null;
      const fraction = parsePercent(raw as string | number);
      return fraction !== null && fraction > 1 && fraction >= 100 * min && fraction <= 100
        ? `write ${fraction}%`
        : null;
    },
  };
}

function parsePercent(raw: string | number): number | null {
  if (typeof raw === 'number') return Number.isFinite(raw) ? raw : null;
  const [, digits, sign] = pattern.exec(raw) ?? [];
  if (digits === undefined) return null;
  return sign === '%' ? Number(digits) / 100 : Number(digits);
}

export function formatPercent(fraction: number): string {
  // 0.07 * 100 is 7.000000000000001 in binary.
  return `${Number((fraction * 100).toPrecision(12))}%`;
}
