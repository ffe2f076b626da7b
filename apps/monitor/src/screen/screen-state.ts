import type { WatchedProxy } from '../watch/watched-proxy.ts';

export const viewNames = ['overview', 'upstreams', 'latency', 'raw', 'services'] as const;
export type ViewName = (typeof viewNames)[number];

/** Everything that a frame depends on, apart from the terminal. */
export interface ScreenState {
  readonly proxies: readonly WatchedProxy[];
  /** Index of the proxy shown; null for all together. */
  readonly selected: number | null;
  /** Name of the service shown; null for all together. */
  readonly service: string | null;
  readonly view: ViewName;
  /** Rows scrolled, in views that are longer than the screen. */
  readonly scroll: number;
  readonly paused: boolean;
  readonly help: boolean;
  /** On the clock of the readings. */
  readonly now: number;
  /** When the proxy shown is asked again; null when that is not known. */
  readonly nextAt: number | null;
  /** Null in a recording. */
  readonly intervalMs: number | null;
  readonly label: string | null;
  /** Lines that stand above everything. */
  readonly caption: readonly string[];
}

/** The proxies that the state shows, together or alone, whole or one service of each. */
export function shownProxies(state: ScreenState): readonly WatchedProxy[] {
  const { service } = state;
  const chosen = chosenProxies(state);
  return service === null ? chosen : chosen.flatMap((proxy) => ofService(proxy, service));
}

/** As long as nothing is known of a proxy, it stands for its services. */
const ofService = (proxy: WatchedProxy, service: string): readonly WatchedProxy[] => {
  const one = proxy.latest === null ? proxy : proxy.services.get(service);
  return one === undefined ? [] : [one];
};

function chosenProxies({
  proxies,
  selected,
}: Pick<ScreenState, 'proxies' | 'selected'>): readonly WatchedProxy[] {
  const one = selected === null ? undefined : proxies[selected];
  return one ? [one] : proxies;
}

/** The services of the proxies that are shown, in the order of their file; none where there is only one. */
export function knownServices(state: Pick<ScreenState, 'proxies' | 'selected'>): readonly string[] {
  return [...new Set(chosenProxies(state).flatMap(({ services }) => [...services.keys()]))];
}

/** Views that have something to show. */
export const offeredViews = (state: ScreenState): readonly ViewName[] =>
  viewNames.filter((name) => name !== 'services' || knownServices(state).length > 0);
