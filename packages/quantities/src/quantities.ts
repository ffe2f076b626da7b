// Each function stands alone: the load tester's HTML page carries their source.
// About three digits that count, and a dash where there is no value.

/** `12 µs`, `1.23 ms`, `250 ms`, `1.5 s`; from 100 s on `1m 40s`, `3h 12m`, `12d 4h`. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds === 0) return '0 s';
  if (seconds < 0.000_999_5) return `${Math.max(1, Math.round(seconds * 1e6))} µs`;
  if (seconds < 99.95) {
    const [value, unit] = seconds < 0.999_5 ? [seconds * 1000, 'ms'] : [seconds, 's'];
    const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    return `${Number(value.toFixed(digits))} ${unit}`;
  }
  const whole = Math.round(seconds);
  const [large, largeName, small, smallName] =
    whole < 3600
      ? [60, 'm', 1, 's']
      : whole < 86_400
        ? [3600, 'h', 60, 'm']
        : [86_400, 'd', 3600, 'h'];
  const rest = Math.floor((whole % large) / small);
  return `${Math.floor(whole / large)}${largeName}${rest === 0 ? '' : ` ${rest}${smallName}`}`;
}

/** `12,345`; below a hundred `3.25` and `12.3`, where it has digits behind the point. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** Where there is little room: `12,345`, and from a million on `12.3M`. */
export function formatCount(count: number): string {
  if (count < 999_999.5) return Math.round(count).toLocaleString('en-US');
  const units = ['M', 'G', 'T', 'P'];
  let power = 0;
  let rest = count / 1e6;
  while (rest >= 999.5 && power < units.length - 1) {
    rest /= 1000;
    power += 1;
  }
  const shown = rest < 1e5 ? Number(rest.toFixed(rest < 99.95 ? 1 : 0)) : rest.toExponential(1);
  return `${shown}${units[power]}`;
}

/** So many a second: `0.25`, `12.3`, `412`, `123k`; never 0 where there is some. */
export function formatRate(perSecond: number | null | undefined): string {
  if (perSecond === null || perSecond === undefined || !Number.isFinite(perSecond)) return '–';
  if (perSecond > 0 && perSecond < 0.005) return '<0.01';
  if (perSecond >= 999_500) return `${Number((perSecond / 1e6).toFixed(1))}M`;
  if (perSecond >= 99_999.5) return `${Math.round(perSecond / 1000)}k`;
  const digits = perSecond < 9.995 ? 2 : perSecond < 99.95 ? 1 : 0;
  return perSecond.toLocaleString('en-US', { maximumFractionDigits: digits });
}

/** Of 0 to 100: `97.3 %`, `99.98 %`; never 100 where some is missing, never 0 where there is some. */
export function formatPercent(percent: number | null | undefined): string {
  if (percent === null || percent === undefined || !Number.isFinite(percent)) return '–';
  // Sums of times are off by a last digit.
  const exact = Number(percent.toFixed(9));
  if (exact === 0 || exact === 100) return `${exact} %`;
  if (exact > 100) return `${Math.round(exact)} %`;
  const shown = Math.min(99.99, Math.max(0.01, exact));
  return `${Number(shown.toFixed(shown < 9.995 || shown >= 99 ? 2 : 1))} %`;
}

/** In powers of 1,024: `512 B`, `12.3 MiB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let power = 0;
  let value = bytes;
  while (value >= 1023.5 && power < units.length - 1) {
    value /= 1024;
    power += 1;
  }
  const digits = power === 0 || value >= 99.95 ? 0 : 1;
  return `${Number(value.toFixed(digits))} ${units[power]}`;
}
