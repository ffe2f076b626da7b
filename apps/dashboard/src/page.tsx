import type { Health, MetricsSnapshot } from '@spillway/contracts';
import { useEffect } from 'preact/hooks';
import type { Answer } from './ask/answer.ts';
import { Admission } from './sections/admission.tsx';
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
import { useHealth } from './watch/use-health.ts';
import { useWatch } from './watch/use-watch.ts';
import type { Watch } from './watch/watch.ts';

/** The whole page, from top to bottom. */
export function Page() {
  const watch = useWatch();
  const story = useStory();
  const { snapshot } = watch;
  const health = useHealth(watch);
  const told = health?.kind === 'answer' ? health.value : null;
  useTitle(watch, told?.findings.length ?? 0);
  return (
    <>
      <a class="skip" href="#main">
        To the findings
      </a>
      <Masthead watch={watch} demo={told?.demo ?? false} />
      <StaleBar watch={watch} />
      <main id="main" tabIndex={-1} class={watch.failure === null ? '' : 'stale'}>
        {snapshot === null ? (
          <p class="card waiting">Waiting for the first numbers …</p>
        ) : (
          <Sections {...{ watch, snapshot, health }} />
        )}
      </main>
      <StoryDialog story={story} />
    </>
  );
}

interface SectionsProps {
  readonly watch: Watch;
  readonly snapshot: MetricsSnapshot;
  readonly health: Answer<Health> | null;
}

function Sections({ watch, snapshot, health }: SectionsProps) {
  return (
    <>
      <Findings health={health} healthy={snapshot.status === 'healthy'} />
      <Tiles watch={watch} snapshot={snapshot} />
      <Plots watch={watch} />
      <div class="tables">
        <Admission snapshot={snapshot} />
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
function useTitle({ failure, snapshot }: Watch, findings: number): void {
  const state =
    failure !== null ? 'no answer' : snapshot?.draining === true ? 'draining' : snapshot?.status;
  const count = findings > 0 ? `(${findings}) ` : '';
  const title = state === undefined ? 'Spillway' : `${count}Spillway: ${state}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
