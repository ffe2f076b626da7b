import type { RequestList } from '@spillway/contracts';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../ask/answer.ts';
import { askFailures } from '../ask/ask.ts';
import type { Watch } from './watch.ts';

const pauseSeconds = 6;
const listed = 15;

/** The latest failures; asked for only after more requests have failed, and not at every poll. */
export function useFailures(
  { snapshot, answeredAt }: Watch,
  outcome: string,
): Answer<RequestList> | null {
  const [failures, setFailures] = useState<Answer<RequestList> | null>(null);
  const asked = useRef({ at: 0, of: '', outcome: '' });
  const of = snapshot === null ? '' : failuresOf(snapshot);
  useEffect(() => {
    if (answeredAt === null || document.hidden) return;
    const last = asked.current;
    const isDue = of !== last.of && answeredAt >= last.at + pauseSeconds;
    if (!isDue && outcome === last.outcome) return;
    asked.current = { at: answeredAt, of, outcome };
    void askFailures(outcome, listed).then((answer) => {
      if (asked.current.outcome === outcome) setFailures(answer);
    });
  }, [of, answeredAt, outcome]);
  return failures;
}

type Snapshot = NonNullable<Watch['snapshot']>;

/** Changes when one more failed, or the proxy is another one. */
const failuresOf = ({ metrics, process }: Snapshot): string =>
  `${metrics.failed_requests + metrics.client_aborted} ${process.started_at}`;
