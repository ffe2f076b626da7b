/** `12 µs`, `123 ms`, `1.23 s`, `12.3 s`, `5m 12s`; a dash where there is none. */
export function formatSeconds(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds === 0) return '0 s';
  if (seconds < 0.000_999_5) return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  if (seconds < 0.009_95) return `${(seconds * 1e3).toFixed(1)} ms`;
  if (seconds < 0.999_5) return `${Math.round(seconds * 1e3)} ms`;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  return formatAge(seconds);
}

/** `42 s`, `5m 12s`, `3h 12m`, `12d 4h`. */
export function formatAge(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return `${whole} s`;
  const [days, hours] = [Math.floor(whole / 86_400), Math.floor(whole / 3_600) % 24];
  const minutes = Math.floor(whole / 60) % 60;
  if (days > 9_999) return `${formatCount(days)} days`;
  if (days > 0) return `${days}d ${hours}h`;
  return hours > 0 ? `${hours}h ${minutes}m` : `${minutes}m ${whole % 60}s`;
}

/** `12,345`, `12.3M`: never wider than seven columns below 10^18. */
export function formatCount(count: number): string {
  if (count < 1e6) return Math.round(count).toLocaleString('en-US');
  return scaled(count, 1_000, ['', 'k', 'M', 'G', 'T', 'P']);
}

/** A second: `0.25`, `12.3`, `412`, `12.3k`; a dash where it is not known. */
export function formatRate(rate: number | null): string {
  if (rate === null) return '–';
  if (rate === 0) return '0';
  if (rate < 9.995) return rate < 0.005 ? '<0.01' : rate.toFixed(2);
  if (rate < 99.95) return rate.toFixed(1);
  return rate < 99_999.5 ? Math.round(rate).toLocaleString('en-US') : formatCount(rate);
}

/** `100 %`, `99.98 %`; never 100 where something failed, never 0 where something did not. */
export function formatPercent(percent: number | null): string {
  if (percent === null) return '–';
  if (percent === 100 || percent === 0) return `${percent} %`;
  return `${Math.min(99.99, Math.max(0.01, percent)).toFixed(2)} %`;
}

/** `12.3 MiB`. */
export function formatBytes(bytes: number): string {
  return bytes < 1_024
    ? `${bytes} B`
    : `${scaled(bytes, 1_024, ['', ' Ki', ' Mi', ' Gi', ' Ti', ' Pi'])}B`;
}

/** The local time of day, `12:04:31`. */
export function formatClock(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, '0');
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

function scaled(value: number, base: number, units: readonly string[]): string {
  let power = 0;
  let rest = value;
  while (rest >= base * 0.999_5 && power < units.length - 1) {
    rest /= base;
    power++;
  }
  const shown =
    rest < 99.95 ? rest.toFixed(1) : rest < 1e5 ? String(Math.round(rest)) : rest.toExponential(1);
  return `${shown}${units[power]}`;
}
