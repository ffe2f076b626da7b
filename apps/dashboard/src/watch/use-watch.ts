import { useEffect, useState } from 'preact/hooks';
import { askMetrics } from '../ask/ask.ts';
import { keepHistory, keptHistory } from './kept-history.ts';
import { pollPaceMs } from './poll-pace.ts';
import type { Watch } from './watch.ts';
import { Watcher } from './watcher.ts';

/** Polls for as long as the page is open; at once when it comes back into view. */
export function useWatch(): Watch {
  const [watcher] = useState(() => new Watcher(keptHistory(() => sessionStorage, now())));
  const [watch, setWatch] = useState(watcher.watch);
  useEffect(() => startPolling(watcher, setWatch), [watcher]);
  return watch;
}

/** Seconds since 1970 that never jump, unlike Date.now(): plots need times that rise. */
const now = (): number => (performance.timeOrigin + performance.now()) / 1000;

function startPolling(watcher: Watcher, show: (watch: Watch) => void): () => void {
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
    show(watcher.take(answer, now()));
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    const { failures } = watcher.watch;
    timer = setTimeout(poll, pollPaceMs({ hidden: document.hidden, failures }));
  };
  const look = () => (document.hidden ? plan() : void poll());

  const keep = () => keepHistory(() => sessionStorage, watcher.watch);

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
