/** `0 ms`, `1.23 ms`, `297 ms`, `12.3 s`: three digits that count; `–` where there is none. */
export function formatMs(ms: number | null): string {
  if (ms === null) return '–';
  if (ms === 0) return '0 ms';
  const [value, unit] = ms < 999.5 ? [ms, 'ms'] : [ms / 1000, 's'];
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

/** `12,345`; `3.25` and `12.3` below a hundred. */
export function formatCount(value: number): string {
  const digits = Number.isInteger(value) || value >= 99.95 ? 0 : value < 9.995 ? 2 : 1;
  const fraction = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString('en-US', fraction);
}

/** `401/s`: three digits that count. */
export function formatRate(perSecond: number): string {
  return `${formatCount(Number(perSecond.toPrecision(3)))}/s`;
}

/** `98 %`; `0.91 %` where little matters; never 0 where there is some, never 100 where some is missing. */
export function formatShare(share: number): string {
  // Sums of times are off by a last digit.
  const percent = Number((share * 100).toFixed(9));
  if (percent === 0 || percent === 100) return `${percent} %`;
  if (percent < 0.01) return '< 0.01 %';
  if (percent > 99.99 && percent < 100) return '> 99.99 %';
  const digits = percent < 9.95 || (percent >= 99.5 && percent < 100) ? 2 : percent < 99.5 ? 1 : 0;
  return `${percent.toFixed(digits)} %`;
}
