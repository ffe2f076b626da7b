import type { MetricsSnapshot } from '@spillway/contracts';
import { useEffect } from 'preact/hooks';
import { Configuration } from './sections/configuration.tsx';
import { StaleBar } from './sections/connection.tsx';
import { Failures } from './sections/failures.tsx';
import { Findings } from './sections/findings.tsx';
import { Latencies } from './sections/latencies.tsx';
import { Masthead } from './sections/masthead.tsx';
import { Outcomes } from './sections/outcomes.tsx';
import { Plots } from './sections/plots.tsx';
import { Tiles } from './sections/tiles.tsx';
import { Upstreams } from './sections/upstreams.tsx';
import { StoryDialog } from './story/story-dialog.tsx';
import { useStory } from './story/use-story.ts';
import { useDemo } from './watch/use-demo.ts';
import { useWatch } from './watch/use-watch.ts';
import type { Watch } from './watch/watcher.ts';

/** The whole page, from top to bottom. */
export function Page() {
  const watch = useWatch();
  const story = useStory();
  const { snapshot } = watch;
  const demo = useDemo(snapshot?.process.started_at);
  useTitle(watch);
  return (
    <>
      <a class="skip" href="#main">
        To the findings
      </a>
      <Masthead watch={watch} demo={demo} />
      <StaleBar watch={watch} />
      <main id="main" tabIndex={-1} class={watch.failure === null ? '' : 'stale'}>
        {snapshot === null ? (
          <p class="card waiting">Waiting for the first numbers …</p>
        ) : (
          <Sections watch={watch} snapshot={snapshot} />
        )}
      </main>
      <StoryDialog story={story} />
    </>
  );
}

function Sections({ watch, snapshot }: { watch: Watch; snapshot: MetricsSnapshot }) {
  return (
    <>
      <Findings findings={watch.findings} known={watch.lastMinute !== null} />
      <Tiles watch={watch} snapshot={snapshot} />
      <Plots watch={watch} />
      <div class="tables">
        <Upstreams snapshot={snapshot} />
        <Failures watch={watch} snapshot={snapshot} />
        <Latencies snapshot={snapshot} />
        <Outcomes snapshot={snapshot} lastMinute={watch.lastMinute} />
        <Configuration snapshot={snapshot} />
      </div>
    </>
  );
}

/** Tells among many tabs how the proxy is. */
function useTitle({ failure, snapshot, findings }: Watch): void {
  const state =
    failure !== null ? 'no answer' : snapshot?.draining === true ? 'draining' : snapshot?.status;
  const count = findings.length > 0 ? `(${findings.length}) ` : '';
  const title = state === undefined ? 'Spillway' : `${count}Spillway: ${state}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
