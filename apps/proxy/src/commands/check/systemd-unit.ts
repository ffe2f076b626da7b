import { defaultStopTimeouts, type StopTimeout } from './stop-timeouts.ts';

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  '': 1_000,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  seconds: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** TimeoutStopSec of a unit file, systemd's default where it says nothing; see systemd.service(5). */
export function readSystemdStop(text: string, file: string): StopTimeout {
  const lines = text.split('\n').map((line) => line.trim());
  // The last assignment wins; TimeoutSec sets start and stop together.
  const said = lines.findLast((line) => /^Timeout(Stop)?Sec\s*=/.test(line));
  const span = said?.slice(said.indexOf('=') + 1).trim();
  if (span === undefined || span === '') {
    return { ...defaultStopTimeouts.systemd, from: 'file', where: `default, not set in ${file}` };
  }
  return { ms: parseTimeSpan(span), from: 'file', where: file };
}

/** `90`, `2min 30s`; null for `infinity`, for 0, which means the same, and for what is no time span. */
export function parseTimeSpan(span: string): number | null {
  const parts = [...span.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]*)/g)];
  const total = parts.reduce((sum, [, digits, unit = '']) => {
    return sum + Number(digits) * (unitMs[unit] ?? Number.NaN);
  }, 0);
  return total > 0 ? total : null;
}
