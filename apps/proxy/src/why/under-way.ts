import type { RequestUnderWay } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import type { Exchange, Stage } from '../request/exchange.ts';
import { namesServices, type Routing, tellWhereItWent, whereItWent } from './where-it-went.ts';

/** Where requests are under way. */
interface OpenRequests extends Routing {
  readonly exchanges: Iterable<Exchange>;
  readonly wheel: { now(): number };
}

/** What a request of that id is doing now, the newest if there are several; null when there is none. */
export function tellUnderWay(proxy: OpenRequests, id: string): RequestUnderWay | null {
  const exchange = newestOf(proxy, id);
  if (exchange === null) return null;
  const elapsed = (proxy.wheel.now() - exchange.receivedAt) / 1000;
  const { attempts } = exchange;
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  const told = [
    ...(namesServices(proxy) ? tellWhereItWent(whereItWent(exchange.route.rule)) : []),
    `Still under way after ${formatSeconds(elapsed)}: ${doings[exchange.stage?.doing ?? 'between']}.`,
    `${tries} so far${attempts === 0 ? '' : `, the last at ${exchange.upstream}`}.`,
  ];
  return { id, under_way: true, elapsed, attempts, told };
}

const doings: Readonly<Record<Stage['doing'] | 'between', string>> = {
  queued: 'it waits in the queue',
  attempt: 'it is at the upstream',
  pause: 'it pauses before another attempt',
  tunnel: 'its tunnel is open',
  between: 'its answer is on the way to the client',
};

function newestOf({ exchanges }: OpenRequests, id: string): Exchange | null {
  let newest: Exchange | null = null;
  for (const exchange of exchanges) {
    if (exchange.id !== id) continue;
    if (newest === null || exchange.receivedAt > newest.receivedAt) newest = exchange;
  }
  return newest;
}
