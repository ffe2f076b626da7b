import { useEffect, useState } from 'preact/hooks';
import type { FailureReason } from '../ask/answer.ts';
import { formatClock } from '../format/clock.ts';
import type { Watch } from '../watch/watch.ts';

const words: Readonly<Record<FailureReason, string>> = {
  unreachable: 'Unreachable',
  timeout: 'No answer in time',
  unauthorized: 'Not allowed',
  missing: 'Not found',
  status: 'Wrong answer',
  bad_json: 'Wrong answer',
};

/** Whether the numbers are of now. Told to screen readers only when that changes. */
export function Connection({ watch: { failure, answeredAt } }: { watch: Watch }) {
  const hidden = useHidden();
  if (failure !== null) {
    return (
      <p class="connection critical" role="status" data-testid="connection">
        <span class="dot" aria-hidden="true" />
        {words[failure.reason]}
      </p>
    );
  }
  const live = answeredAt !== null;
  return (
    <p class={`connection ${live ? 'fine' : ''}`} role="status" data-testid="connection">
      <span class="dot" aria-hidden="true" />
      {!live ? 'Connecting' : hidden ? 'Resting' : 'Live'}
    </p>
  );
}

/** What went wrong and how old the numbers beneath are. */
export function StaleBar({ watch: { failure, answeredAt } }: { watch: Watch }) {
  if (failure === null) return null;
  return (
    <p class="stale-bar" role="alert">
      <strong>{failure.detail}</strong>{' '}
      {answeredAt === null
        ? 'Trying again.'
        : `Trying again; all numbers are of ${formatClock(answeredAt)}.`}
    </p>
  );
}

function useHidden(): boolean {
  const [hidden, setHidden] = useState(document.hidden);
  useEffect(() => {
    const changed = () => setHidden(document.hidden);
    document.addEventListener('visibilitychange', changed);
    return () => document.removeEventListener('visibilitychange', changed);
  }, []);
  return hidden;
}
