export interface Unit {
  readonly suffix: string;
  readonly factor: number;
}

const pattern = /^(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)$/i;

/** A number with a unit, in the base unit; null when it is neither a number nor a known unit. */
export function parseQuantity(
  raw: string | number,
  units: readonly Unit[],
  bareFactor: number,
): number | null {
  if (typeof raw === 'number') return Number.isFinite(raw) && raw >= 0 ? raw * bareFactor : null;
  const [, digits, suffix] = pattern.exec(raw.trim()) ?? [];
  if (digits === undefined || suffix === undefined) return null;
  if (suffix === '') return Number(digits) * bareFactor;
  const unit = units.find((candidate) => candidate.suffix.toLowerCase() === suffix.toLowerCase());
  return unit ? Number(digits) * unit.factor : null;
}
