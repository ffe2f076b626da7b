import type { AttemptStory, RequestStory } from '@spillway/contracts';

export type Phase = 'queue' | 'connect' | 'first_byte' | 'body' | 'backoff' | 'silence' | 'rest';

/** A stretch of a request's life; seconds after its arrival. */
interface Stretch {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

export interface Step {
  readonly title: string;
  readonly stretches: readonly Stretch[];
}

/** Less than that is no step of its own. */
const leastSeconds = 0.001;

/** What happened between the arrival and the end, one step a wait or an attempt. */
export function storySteps(story: RequestStory): Step[] {
  const steps: Step[] = [];
  let at = 0;
  story.attempts.forEach((attempt, i) => {
    const before = i === 0 ? undefined : story.attempts[i - 1];
    const paused = Math.min(attempt.started_at, at + (before?.backoff ?? 0));
    if (paused > at) steps.push(step('Pause before trying again', 'backoff', at, paused));
    if (story.queue_wait > 0 && attempt.started_at - paused > leastSeconds) {
      steps.push(step('In the queue', 'queue', paused, attempt.started_at));
    }
    steps.push({ title: `Attempt ${i + 1} at ${attempt.upstream}`, stretches: phasesOf(attempt) });
    at = attempt.ended_at;
  });
  if (story.attempts.length === 0 && story.queue_wait > 0) {
    at = Math.min(story.queue_wait, story.total);
    steps.push(step('In the queue', 'queue', 0, at));
  }
  if (steps.length > 0 && story.total - at > leastSeconds) {
    steps.push(step('Until the end', 'rest', at, story.total));
  }
  return steps;
}

const step = (title: string, phase: Phase, from: number, to: number): Step => ({
  title,
  stretches: [{ phase, from, to }],
});

function phasesOf({ started_at, ended_at, connect, first_byte }: AttemptStory): Stretch[] {
  const connected = Math.min(ended_at, started_at + (connect ?? 0));
  const answered = first_byte === null ? null : Math.min(ended_at, connected + first_byte);
  const stretches: Stretch[] =
    connect === null
      ? [{ phase: 'connect', from: started_at, to: ended_at }]
      : answered === null
        ? [
            { phase: 'connect', from: started_at, to: connected },
            { phase: 'silence', from: connected, to: ended_at },
          ]
        : [
            { phase: 'connect', from: started_at, to: connected },
            { phase: 'first_byte', from: connected, to: answered },
            { phase: 'body', from: answered, to: ended_at },
          ];
  return stretches.filter(({ from, to }) => to > from);
}
