import type { Page } from '../canvas.ts';
import { type ScreenState, shownProxies } from '../screen-state.ts';
import { type Line, span } from '../text/span.ts';

/** The snapshot as the proxy sent it. */
export function raw(state: ScreenState): Page {
  const snapshots = shownProxies(state).map(({ url, latest }) => [url, latest?.snapshot] as const);
  const known = snapshots.filter(([, snapshot]) => snapshot !== undefined);
  if (known.length === 0) return { head: [], body: [[span(' nothing is known yet', 'dim')]] };
  const [first] = known;
  const shown = snapshots.length === 1 ? first?.[1] : Object.fromEntries(known);
  return { head: [], body: JSON.stringify(shown, null, 2).split('\n').map(coloured) };
}

function coloured(text: string): Line {
  const [, key, rest] = /^(\s*"(?:[^"\\]|\\.)*": )(.*)$/s.exec(text) ?? [];
  if (key === undefined || rest === undefined) return [span(` ${text}`)];
  return [span(` ${key}`, 'dim'), span(rest)];
}
