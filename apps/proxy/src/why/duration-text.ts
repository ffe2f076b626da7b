/** A duration for people: `0.4 ms`, `120 ms`, `3.2 s`, `2 min 5 s`, `1 h 3 min`. */
export function durationText(seconds: number): string {
  const ms = seconds * 1000;
  if (ms < 9.95) return `${oneDecimal(ms)} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (seconds < 59.95) return `${oneDecimal(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return twoUnits(whole, 60, 'min', 's');
  return twoUnits(Math.round(seconds / 60), 60, 'h', 'min');
}

const oneDecimal = (value: number): string => String(Math.round(value * 10) / 10);

function twoUnits(value: number, ratio: number, large: string, small: string): string {
  const rest = value % ratio;
  const start = `${Math.floor(value / ratio)} ${large}`;
  return rest === 0 ? start : `${start} ${rest} ${small}`;
}
