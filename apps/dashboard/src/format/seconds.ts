/** A duration for people, with about three figures: 840 µs, 12.3 ms, 4.56 s, 2 m 5 s, 3 h 10 m, 4 d 2 h. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  // The least that is measured.
  if (seconds < 0.000_001_5) return '0';
  if (seconds < 0.000_999_5) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 0.999_5) return `${threeFigures(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${threeFigures(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return pair(whole, 60, 'm', 1, 's');
  if (whole < 86_400) return pair(whole, 3600, 'h', 60, 'm');
  return pair(whole, 86_400, 'd', 3600, 'h');
}

function pair(whole: number, big: number, bigName: string, small: number, smallName: string) {
  const rest = Math.floor((whole % big) / small);
  return `${Math.floor(whole / big)} ${bigName}${rest === 0 ? '' : ` ${rest} ${smallName}`}`;
}

/** 4.56, 45.6, 456: never more digits than were measured. */
export function threeFigures(value: number): string {
  const digits = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}
