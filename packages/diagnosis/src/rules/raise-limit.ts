import type { Change } from '@spillway/contracts';
import { changeCount, settingOf } from '../change.ts';
import { isSettled, meanServiceSeconds } from '../latency.ts';
import type { View } from '../view.ts';
import { atLimit, atStatedCapacity, hasRoom, queuePresses, upstreamIsWell } from './pressure.ts';

const poolFlag = '--pool-maxsize';
const most = 65_535;
const headroom = 1.1;

/** What lets more through, where the limit is what holds requests up and the upstream seems to have room; else none. */
export function raiseWhereThereIsRoom(view: View, flag: string): Change[] {
  const { now } = view;
  if (atStatedCapacity(now) || !atLimit(now)) return [];
  if (!queuePresses(view) || !upstreamIsWell(view)) return [];
  return isSettled(view) && hasRoom(view) ? raiseLimit(view, flag) : [];
}

/**
 * A higher limit by the given flag, with the connections for it; none when it is at its highest. Little's
 * law with all that arrives or waits; doubled at most, as nobody knows where the knee is.
 */
function raiseLimit({ now, recent }: View, flag: string): Change[] {
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
