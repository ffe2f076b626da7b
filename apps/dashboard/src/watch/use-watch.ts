import { useEffect, useRef, useState } from 'preact/hooks';
import { askMetrics } from '../ask/ask.ts';
import { keepHistory, keptHistory } from './kept-history.ts';
import { pollPaceMs } from './poll-pace.ts';
import type { Watch } from './watch.ts';
import { Watchers } from './watchers.ts';

/** Polls for as long as the page is open; at once when it comes back into view. */
export function useWatch(service: string | null): ShownWatch {
  const [watchers] = useState(
    () => new Watchers((name) => keptHistory(() => sessionStorage, now(), name)),
  );
  const [all, setAll] = useState(watchers.all);
  const shown = useRef(service);
  shown.current = service;
  useEffect(() => startPolling(watchers, shown, setAll), [watchers]);
  return { all, shown: service === null ? all : watchers.of(service) };
}

/** All services together, and what the page shows of them: all, or one. Null: there is none of that name. */
export interface ShownWatch {
  readonly all: Watch;
  readonly shown: Watch | null;
}

/** Seconds since 1970 that never jump, unlike Date.now(): plots need times that rise. */
const now = (): number => (performance.timeOrigin + performance.now()) / 1000;

function startPolling(
  watchers: Watchers,
  shown: { readonly current: string | null },
  show: (watch: Watch) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let stopped = false;

  const poll = async () => {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    const answer = await askMetrics();
    asking = false;
    if (stopped) return;
    show(watchers.take(answer, now()));
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    const { failures } = watchers.all;
    timer = setTimeout(poll, pollPaceMs({ hidden: document.hidden, failures }));
  };
  const look = () => (document.hidden ? plan() : void poll());

  const keep = () => {
    keepHistory(() => sessionStorage, watchers.all);
    const { current } = shown;
    const one = current === null ? null : watchers.of(current);
    if (one !== null) keepHistory(() => sessionStorage, one, current);
  };

  document.addEventListener('visibilitychange', look);
  addEventListener('pagehide', keep);
  void poll();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
    removeEventListener('pagehide', keep);
  };
}
