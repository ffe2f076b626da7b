import type { Health } from '@spillway/contracts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../ask/answer.ts';
import { askHealth } from '../ask/ask.ts';
import type { Watch } from './watch.ts';

/** At every second poll: the proxy looks at itself every five seconds. */
const pauseSeconds = 3;

/** What the proxy says of itself, as it is now; null until it did. */
export function useHealth({ snapshot, answeredAt }: Watch): Answer<Health> | null {
  const [health, setHealth] = useState<Answer<Health> | null>(null);
  const asked = useRef({ at: 0, life: '', waiting: false });
  const life = snapshot?.process.started_at;
  useEffect(() => {
    if (answeredAt === null || life === undefined) return;
    const last = asked.current;
    const isDue = answeredAt >= last.at + pauseSeconds && !last.waiting;
    if (!isDue && life === last.life) return;
    const ask = { at: answeredAt, life, waiting: true };
    asked.current = ask;
    // What was wrong with another one is not wrong with this one.
    if (life !== last.life) setHealth(null);
    void askHealth().then((answer) => {
      ask.waiting = false;
      if (asked.current === ask) setHealth(answer);
    });
  }, [life, answeredAt]);
  return health;
}
