import type { Health } from '@spillway/contracts';
import { useEffect, useState } from 'preact/hooks';
import { askHealth } from '../ask/ask.ts';

/** What the proxy says of itself, asked once a life of it: it has watched for longer than this page. */
export function useHealth(startedAt: string | undefined): Health | null {
  const [health, setHealth] = useState<Health | null>(null);
  useEffect(() => {
    if (startedAt === undefined) return;
    void askHealth().then((answer) => setHealth(answer.kind === 'answer' ? answer.value : null));
  }, [startedAt]);
  return health;
}
