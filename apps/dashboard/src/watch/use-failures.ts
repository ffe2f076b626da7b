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
  service: string | null,
): Answer<RequestList> | null {
  const [failures, setFailures] = useState<Answer<RequestList> | null>(null);
  const asked = useRef({ at: 0, of: '', outcome: '', service: '' as string | null });
  const of = snapshot === null ? '' : failuresOf(snapshot);
  useEffect(() => {
    if (answeredAt === null || document.hidden) return;
    const last = asked.current;
    const isDue = of !== last.of && answeredAt >= last.at + pauseSeconds;
    if (!isDue && outcome === last.outcome && service === last.service) return;
    asked.current = { at: answeredAt, of, outcome, service };
    void askFailures({ outcome, service, limit: listed }).then((answer) => {
      const { current } = asked;
      if (current.outcome === outcome && current.service === service) setFailures(answer);
    });
  }, [of, answeredAt, outcome, service]);
  return failures;
}

type Snapshot = NonNullable<Watch['snapshot']>;

/** Changes when one more failed, or the proxy is another one. */
const failuresOf = ({ metrics, process }: Snapshot): string =>
  `${metrics.failed_requests + metrics.client_aborted} ${process.started_at}`;
