// Each function stands alone: the HTML page carries their source.

/** `123 µs`, `1.23 ms`, `12.3 s`: three digits that count; `–` where there is none. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return '–';
  if (seconds === 0) return '0 s';
  const [factor, unit] =
    seconds < 0.000_999_5 ? [1e6, 'µs'] : seconds < 0.999_5 ? [1e3, 'ms'] : [1, 's'];
  const value = seconds * factor;
  const digits = value < 9.995 && unit !== 'µs' ? 2 : value < 99.95 && unit !== 'µs' ? 1 : 0;
  return `${value.toFixed(digits)} ${unit}`;
}

/** `12,345`; `3.25` and `12.3` below a hundred, where a rate has digits behind the point. */
export function formatNumber(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const digits = Number.isInteger(value) || value >= 99.95 ? 0 : value < 9.995 ? 2 : 1;
  return value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `100 %`, `99.98 %`; never 100 where something failed, never 0 where something did not. */
export function formatPercent(percent: number): string {
  if (percent === 100 || percent === 0) return `${percent} %`;
  return `${Math.min(99.99, Math.max(0.01, percent)).toFixed(2)} %`;
}

/** `12.3 MB`, in powers of a thousand. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  return `${power > 0 && value < 99.95 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
