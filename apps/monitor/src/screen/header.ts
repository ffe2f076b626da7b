import { formatSeconds } from '@spillway/quantities';
import { failureTitle } from '../poll/failure.ts';
import { shownOf } from '../watch/fleet.ts';
import type { WatchedProxy } from '../watch/watched-proxy.ts';
import type { Canvas } from './canvas.ts';
import { knownServices, type ScreenState, shownProxies } from './screen-state.ts';
import { formatAge, formatClock } from './text/clock.ts';
import { cell, spread } from './text/fit.ts';
import { type Line, type Span, span } from './text/span.ts';

/** Address, live or stale, clock and poll time; below, what the proxy says of itself. */
export function header(state: ScreenState, { columns, rows, glyphs }: Canvas): Line[] {
  const shown = shownProxies(state);
  const [one] = shown;
  const isOne = shown.length === 1 && one !== undefined;
  const place = isOne ? one.url : `${shown.length} proxies, summed`;
  const address = state.service === null ? place : `${place}  ${state.service}`;
  const right = [...liveness(state, shown, glyphs), ...clock(state, isOne ? one : null)];
  const top = spread([span(' Spillway  ', 'strong'), span(address, 'accent')], right, columns);
  const below = isOne ? aboutOne(one, state) : aboutAll(shown);
  const bottom = spread([span(' '), ...below], aboutWatching(state, columns), columns);
  const rule: Line = [span(glyphs.rule.repeat(columns), 'dim')];
  const caption = state.caption
    .slice(0, rows < dense ? 1 : 2)
    .map((text, row) => captionLine(text, row, columns));
  return [...caption, top, bottom, rule];
}

/** Below so many rows a caption gets one. */
const dense = 22;

/** A few restarts of a minute ago are of interest; those of yesterday are not. */
const restartNewsMs = 60_000;

function liveness(
  { paused, now, proxies }: ScreenState,
  shown: readonly WatchedProxy[],
  glyphs: Canvas['glyphs'],
): Line {
  const pause = paused ? [span(`${glyphs.paused} PAUSED  `, 'warn')] : [];
  const failing = shown.filter((proxy) => proxy.failing !== null);
  if (failing.length > 0 && shown.length > 1) {
    return [...pause, span(`${glyphs.stale} ${failing.length} of ${proxies.length} STALE`, 'bad')];
  }
  const [one] = shown;
  if (failing.length > 0 && one?.failing) {
    const age = one.latest ? ` ${formatAge((now - one.latest.at) / 1_000)}` : '';
    const word = one.latest ? `STALE${age}` : 'UNREACHABLE';
    return [...pause, span(`${glyphs.stale} ${word}`, 'bad')];
  }
  if (shown.some(({ latest }) => latest === null)) return [...pause, span('waiting', 'dim')];
  return [...pause, span(`${glyphs.live} live`, 'good')];
}

function clock({ now }: ScreenState, one: WatchedProxy | null): Span[] {
  const took = one?.latest?.tookMs ?? null;
  const pollTime = took === null ? '' : `  ${formatSeconds(took / 1_000).padStart(6)}`;
  return [span(`  ${formatClock(now)}${pollTime} `, 'dim')];
}

function aboutOne(proxy: WatchedProxy, { now, nextAt }: ScreenState): Line {
  const { failing, latest, restart } = proxy;
  if (failing) {
    const again =
      nextAt === null ? '' : `, again in ${Math.max(0, Math.ceil((nextAt - now) / 1_000))} s`;
    return [
      span(`${failureTitle(failing.failure)}${again}: `, 'bad'),
      span(failing.failure.detail),
    ];
  }
  if (!latest) return [span('asking for the first time', 'dim')];
  const { status, draining, process } = latest.snapshot;
  const words: Span[] = draining
    ? [span('draining', 'warn'), span(', refuses what is new')]
    : [span(status, status === 'healthy' ? 'good' : status === 'degraded' ? 'warn' : 'bad')];
  if (latest.snapshot.paused !== null) words.push(span('  PAUSED', 'warn'));
  if (restart && now - restart.at < restartNewsMs) {
    const times = restart.times > 1 ? `, ${restart.times} times` : '';
    words.push(span(`  RESTARTED ${formatAge((now - restart.at) / 1_000)} ago${times}`, 'warn'));
  }
  return [...words, span(`  up ${formatAge(process.uptime)}  ${process.version}`, 'dim')];
}

function aboutAll(shown: readonly WatchedProxy[]): Line {
  const { live } = shownOf(shown);
  const word = (status: string): number =>
    live.filter(({ latest }) => latest?.snapshot.status === status).length;
  const parts = (['healthy', 'degraded', 'unhealthy'] as const).flatMap((status) => {
    const style = status === 'healthy' ? 'good' : status === 'degraded' ? 'warn' : 'bad';
    return word(status) > 0 ? [span(`${word(status)} ${status}  `, style)] : [];
  });
  const gone = shown.length - live.length;
  return gone > 0 ? [...parts, span(`${gone} not in the sums`, 'bad')] : parts;
}

function aboutWatching(state: ScreenState, columns: number): Line {
  const { proxies, selected, service, intervalMs, label } = state;
  const names = knownServices(state);
  const which = selected === null ? 'all' : `${selected + 1} of ${proxies.length}`;
  const words = [
    ...(proxies.length > 1 ? [which] : []),
    ...(names.length > 0 && service === null ? [`${names.length} services, summed`] : []),
    ...(intervalMs === null ? [] : [`every ${intervalMs / 1_000} s`]),
    ...(label === null ? [] : [label]),
  ];
  return words.length === 0 || columns < 50 ? [] : [span(`${words.join('  ')} `, 'dim')];
}

/** The first line stands out. */
function captionLine(caption: string, row: number, columns: number): Line {
  const style = row === 0 ? 'caption' : 'dim';
  return [cell(` ${caption}`, columns, { style })];
}
