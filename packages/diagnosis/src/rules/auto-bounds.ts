import { settingOf } from '../change.ts';
import type { Observation } from '../observation.ts';

/** Between what the limit moves; null when it is fixed, or has no room to move. */
export function autoBounds({ config }: Observation): { floor: number; ceiling: number } | null {
  if (config.max_concurrent_requests !== 'auto') return null;
  const floor = settingOf(config, '--auto-min');
  const ceiling = settingOf(config, '--auto-max');
  return floor === null || ceiling === null || floor >= ceiling ? null : { floor, ceiling };
}
