import type { RequestStory } from '@spillway/contracts';
import { formatBytes, formatSeconds } from '@spillway/quantities';
import { useEffect, useRef } from 'preact/hooks';
import { replaceHash } from '../address/use-page-hash.ts';
import { outcomeHue } from '../figures/outcome-looks.ts';
import { formatClock } from '../format/clock.ts';
import { CopyText } from '../sections/copy-text.tsx';
import { Timeline } from './timeline.tsx';
import type { OpenStory } from './use-story.ts';

const closeStory = () => replaceHash({ why: null });

/** What happened to one request. The browser's own dialog: Escape closes it, focus stays in it. */
export function StoryDialog({ story }: { story: OpenStory | null }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = story !== null;
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const onClick = (event: MouseEvent) => {
    if (event.target === dialog.current) closeStory();
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog; Escape does the same.
    <dialog
      ref={dialog}
      aria-labelledby="story"
      onClose={() => open && closeStory()}
      onClick={onClick}
    >
      {story !== null && (
        <div class="story">
          <header>
            <h2 id="story">Request</h2>
            <button type="button" class="close" onClick={closeStory} aria-label="Close">
              ✕
            </button>
          </header>
          <Body story={story} />
        </div>
      )}
    </dialog>
  );
}

function Body({ story: { id, answer } }: { story: OpenStory }) {
  if (answer === null) return <p class="note">Looking for {id} …</p>;
  if (answer.kind === 'failure') {
    return (
      <p class="note">
        {answer.reason === 'missing'
          ? `The proxy has no request ${id} (any more). It keeps the latest ones: --recent-requests.`
          : answer.detail}
      </p>
    );
  }
  return 'under_way' in answer.value ? (
    <Told told={answer.value.told} />
  ) : (
    <Story story={answer.value} />
  );
}

function Story({ story }: { story: RequestStory }) {
  const { id, method, url, outcome, status, detail, told, meanwhile } = story;
  const facts: readonly (readonly [string, string])[] = [
    ['Arrived', formatClock(Date.parse(story.received_at) / 1000)],
    ['Took', formatSeconds(story.total)],
    ['In the queue', formatSeconds(story.queue_wait)],
    ['Client', story.client],
    ...(story.service === undefined ? [] : [['Service', story.service] as const]),
    ...(story.route === undefined ? [] : [['Route', routeText(story.route)] as const]),
    ['Received, sent', `${formatBytes(story.bytes_received)}, ${formatBytes(story.bytes_sent)}`],
    [
      'At its end',
      `${meanwhile.active} under way (${meanwhile.limit} at once), ${meanwhile.queued} of ${meanwhile.queue_limit} waiting`,
    ],
  ];
  return (
    <>
      <p class="request-line">
        <b>{method}</b> {url}
      </p>
      <p>
        <span class={`swatch hue-${outcomeHue(outcome)}`} aria-hidden="true" />{' '}
        <code>{outcome}</code> {status}
        {detail !== '' && ` · ${detail}`}
      </p>
      <CopyText label="Copy the request id" text={id} />
      <Timeline story={story} />
      <Told told={told} />
      <dl class="story-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

const routeText = ({ where, conditions }: NonNullable<RequestStory['route']>): string =>
  where === '' ? conditions : `${conditions} (${where})`;

function Told({ told }: { told: readonly string[] }) {
  return (
    <section aria-labelledby="told">
      <h3 id="told">What happened</h3>
      <ol class="told">
        {told.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
    </section>
  );
}
