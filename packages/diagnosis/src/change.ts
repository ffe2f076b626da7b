import type { Change } from '@spillway/contracts';
import type { Observation } from './observation.ts';

type Config = Observation['config'];

const longestSeconds = 86_400;
const units = [
  { suffix: 'h', ms: 3_600_000 },
  { suffix: 'm', ms: 60_000 },
  { suffix: 's', ms: 1_000 },
] as const;

/** A number in force, by its flag; null when it is not set, or no number. */
export function settingOf(config: Config, flag: string): number | null {
  const value = config[keyOf(flag)];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function changeCount(config: Config, flag: string, to: number): Change {
  return { flag, from: inForce(config, flag, String), to: String(Math.max(0, to)) };
}

/** Rounded up to what a person would type. */
export function changeDuration(config: Config, flag: string, toSeconds: number): Change {
  const from = inForce(config, flag, (seconds) => typed(Math.round(seconds * 1000)));
  return { flag, from, to: typedDuration(toSeconds) };
}

/** As it is typed, with two figures below ten seconds and whole seconds above: `250ms`, `1.4s`, `3m`. */
export function typedDuration(toSeconds: number): string {
  const ms = Math.min(longestSeconds, Math.max(0.001, toSeconds)) * 1000;
  const step = ms >= 10_000 ? 1000 : ms >= 1000 ? 100 : ms >= 100 ? 10 : 1;
  return typed(Math.ceil(ms / step - 1e-9) * step);
}

function typed(ms: number): string {
  const unit = units.find((one) => ms !== 0 && ms % one.ms === 0);
  if (unit !== undefined) return `${ms / unit.ms}${unit.suffix}`;
  return ms >= 1000 && ms % 100 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

/** Words stand for themselves, as `auto` does. */
function inForce(config: Config, flag: string, format: (value: number) => string): string | null {
  const value = config[keyOf(flag)];
  if (typeof value === 'string') return value;
  const setting = settingOf(config, flag);
  return setting === null ? null : format(setting);
}

/** What to change: a flag, or, of one service among several, its key in the file. */
export const settingName = ({ flag }: Change, service: string | undefined): string =>
  service === undefined ? flag : `services.${service}.${keyOf(flag)}`;

const keyOf = (flag: string): string => flag.slice(2).replaceAll('-', '_');
