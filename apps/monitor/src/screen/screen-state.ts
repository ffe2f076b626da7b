import type { WatchedProxy } from '../watch/watched-proxy.ts';

export const viewNames = ['overview', 'upstreams', 'latency', 'raw'] as const;
export type ViewName = (typeof viewNames)[number];

/** Everything that a frame depends on, apart from the terminal. */
export interface ScreenState {
  readonly proxies: readonly WatchedProxy[];
  /** Index of the proxy shown; null for all together. */
  readonly selected: number | null;
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

/** The proxies that the state shows, together or alone. */
export function shownProxies({ proxies, selected }: ScreenState): readonly WatchedProxy[] {
  const one = selected === null ? undefined : proxies[selected];
  return one ? [one] : proxies;
}
