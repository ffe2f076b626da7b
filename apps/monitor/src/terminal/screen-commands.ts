import {
  knownServices,
  offeredViews,
  type ScreenState,
  type ViewName,
  viewNames,
} from '../screen/screen-state.ts';

/** What a key changes of the screen's state; null when it means nothing to it. */
export function applyKey(state: ScreenState, key: string, page: number): ScreenState | null {
  const view = viewKeys[key];
  if (view && offeredViews(state).includes(view)) return { ...state, view, help: false, scroll: 0 };
  const scroll = scrollKeys(page)[key];
  if (scroll !== undefined) return { ...state, scroll: Math.max(0, state.scroll + scroll) };
  switch (key) {
    case 'tab':
      return turned(state, 1);
    case 'shift_tab':
      return turned(state, -1);
    case 'n':
      return nextProxy(state, 1);
    case 'p':
      return nextProxy(state, -1);
    case 's':
      return nextService(state, 1);
    case 'S':
      return nextService(state, -1);
    case 'a':
      return { ...state, service: null, scroll: 0 };
    case '?':
    case 'h':
      return { ...state, help: !state.help, scroll: 0 };
    case 'escape':
      return { ...state, help: false };
    case 'space':
      return { ...state, paused: !state.paused };
    default:
      return null;
  }
}

const viewKeys: Readonly<Record<string, ViewName>> = Object.fromEntries(
  viewNames.map((name, index) => [String(index + 1), name]),
);

const scrollKeys = (page: number): Readonly<Record<string, number>> => ({
  j: 1,
  down: 1,
  k: -1,
  up: -1,
  page_down: page,
  page_up: -page,
  g: Number.NEGATIVE_INFINITY,
  home: Number.NEGATIVE_INFINITY,
  G: Number.POSITIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
});

function turned(state: ScreenState, by: number): ScreenState {
  const views = offeredViews(state);
  const index = views.indexOf(state.view) + by + views.length;
  const view = views[index % views.length] ?? state.view;
  return { ...state, view, help: false, scroll: 0 };
}

/** All together, then one after the other. */
function nextProxy(state: ScreenState, by: number): ScreenState {
  const { proxies, selected } = state;
  if (proxies.length < 2) return state;
  const places = proxies.length + 1;
  const place = ((selected === null ? 0 : selected + 1) + by + places) % places;
  return { ...state, selected: place === 0 ? null : place - 1, scroll: 0 };
}

/** The same of services. The list of all of them ends where one is chosen. */
function nextService(state: ScreenState, by: number): ScreenState {
  const names = knownServices(state);
  if (names.length === 0) return state;
  const places = names.length + 1;
  const now = state.service === null ? 0 : names.indexOf(state.service) + 1;
  const service = names[((now + by + places) % places) - 1] ?? null;
  const view = state.view === 'services' ? 'overview' : state.view;
  return { ...state, service, view, scroll: 0 };
}

const intervalsMs = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

/** The next slower (`+`) or faster (`-`) interval; null for other keys. */
export function intervalAfter(intervalMs: number, key: string): number | null {
  if (key === '+' || key === '=') return intervalsMs.find((ms) => ms > intervalMs) ?? intervalMs;
  if (key === '-' || key === '_')
    return intervalsMs.findLast((ms) => ms < intervalMs) ?? intervalMs;
  return null;
}
