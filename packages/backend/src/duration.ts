const units: Record<string, number> = {
  '': 1000,
  us: 0.001,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of `200ms`, `1.5s`, `5m`; a bare number is seconds. Throws when it is none of these. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)?$/.exec(text.trim());
  if (!match) throw new Error(`"${text}" is not a duration such as 200ms, 1.5s or 5m`);
  return Number(match[1]) * units[match[2] ?? '']!;
}
