import { useEffect, useState } from 'preact/hooks';
import { askMetrics } from '../ask/ask.ts';
import { pollPaceMs } from './poll-pace.ts';
import { type Watch, Watcher } from './watcher.ts';

/** Polls for as long as the page is open; at once when it comes back into view. */
export function useWatch(): Watch {
  const [watcher] = useState(() => new Watcher());
  const [watch, setWatch] = useState(watcher.watch);
  useEffect(() => startPolling(watcher, setWatch), [watcher]);
  return watch;
}

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
    // Never jumps, unlike Date.now(), and plots need times that rise.
    show(watcher.take(answer, (performance.timeOrigin + performance.now()) / 1000));
    plan();
  };
  const plan = () => {
    clearTimeout(timer);
    const { failures } = watcher.watch;
    timer = setTimeout(poll, pollPaceMs({ hidden: document.hidden, failures }));
  };
  const look = () => (document.hidden ? plan() : void poll());

  document.addEventListener('visibilitychange', look);
  void poll();
  return () => {
    stopped = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', look);
  };
}
