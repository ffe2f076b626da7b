import type { RequestStory } from '@spillway/contracts';
import { formatSeconds } from '@spillway/quantities';
import { type Phase, type Step, storySteps } from './story-steps.ts';

const phaseWords: Readonly<Record<Phase, string>> = {
  queue: 'waited',
  connect: 'connecting',
  first_byte: 'to the first byte',
  body: 'body',
  backoff: 'paused',
  silence: 'no answer',
  rest: 'without an attempt',
};

/** Bars on one scale, from the arrival to the end; each with its durations in words. */
export function Timeline({ story }: { story: RequestStory }) {
  const steps = storySteps(story);
  if (steps.length === 0) return null;
  const whole = Math.max(
    story.total,
    ...steps.flatMap((step) => step.stretches.map(({ to }) => to)),
  );
  return (
    <section aria-labelledby="timeline">
      <h3 id="timeline">Where the time went</h3>
      <ol class="timeline">
        {steps.map((step) => (
          <TimelineStep key={`${step.title} ${step.stretches[0]?.from}`} {...{ step, whole }} />
        ))}
      </ol>
    </section>
  );
}

function TimelineStep({ step: { title, stretches }, whole }: { step: Step; whole: number }) {
  const percent = (seconds: number) => `${whole === 0 ? 0 : (100 * seconds) / whole}%`;
  return (
    <li>
      <span class="title">{title}</span>
      <span class="track" aria-hidden="true">
        {stretches.map(({ phase, from, to }) => (
          <span
            key={phase}
            class={`stretch ${phase}`}
            style={{ left: percent(from), width: percent(to - from) }}
          />
        ))}
      </span>
      <span class="durations">
        {stretches.length === 0
          ? 'over at once'
          : stretches.map(({ phase, from, to }) => (
              <span key={phase}>
                <span class={`swatch ${phase}`} aria-hidden="true" /> {phaseWords[phase]}{' '}
                <b>{formatSeconds(to - from)}</b>
              </span>
            ))}
      </span>
    </li>
  );
}
