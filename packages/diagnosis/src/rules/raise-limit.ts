import type { Change } from '@spillway/contracts';
import { changeCount, settingOf } from '../change.ts';
import { meanServiceSeconds } from '../latency.ts';
import type { View } from '../view.ts';

const poolFlag = '--pool-maxsize';
const most = 65_535;
const headroom = 1.1;

/**
 * A higher limit by the given flag, with the connections for it; none when it is at its highest. Little's
 * law with all that arrives or waits; doubled at most, as nobody knows where the knee is.
 */
export function raiseLimit({ now, recent }: View, flag: string): Change[] {
  if (now.limit >= most) return [];
  const demand = headroom * recent.requestsPerSecond * (meanServiceSeconds(now) ?? 0);
  const wanted = Math.ceil(Math.max(demand, now.inFlight + now.queued, now.limit + 1));
  const to = Math.min(wanted, 2 * now.limit, most);
  const pool = settingOf(now.config, poolFlag);
  return [
    changeCount(now.config, flag, to),
    ...(pool !== null && pool < to ? [changeCount(now.config, poolFlag, to)] : []),
  ];
}
