import type { Finding, MetricsSnapshot } from '@spillway/contracts';
import { useEffect } from 'preact/hooks';
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
import { allFindings } from './watch/all-findings.ts';
import { useHealth } from './watch/use-health.ts';
import { useWatch } from './watch/use-watch.ts';
import type { Watch } from './watch/watch.ts';

/** The whole page, from top to bottom. */
export function Page() {
  const watch = useWatch();
  const story = useStory();
  const { snapshot } = watch;
  const health = useHealth(snapshot?.process.started_at);
  const watched = watch.lastMinute?.seconds ?? 0;
  const findings = allFindings(watch.findings, health?.findings ?? [], watched);
  useTitle(watch, findings.length);
  return (
    <>
      <a class="skip" href="#main">
        To the findings
      </a>
      <Masthead watch={watch} demo={health?.demo ?? false} />
      <StaleBar watch={watch} />
      <main id="main" tabIndex={-1} class={watch.failure === null ? '' : 'stale'}>
        {snapshot === null ? (
          <p class="card waiting">Waiting for the first numbers …</p>
        ) : (
          <Sections {...{ watch, snapshot, findings }} />
        )}
      </main>
      <StoryDialog story={story} />
    </>
  );
}

interface SectionsProps {
  readonly watch: Watch;
  readonly snapshot: MetricsSnapshot;
  readonly findings: readonly Finding[];
}

function Sections({ watch, snapshot, findings }: SectionsProps) {
  return (
    <>
      <Findings
        findings={findings}
        known={watch.lastMinute !== null}
        healthy={snapshot.status === 'healthy'}
      />
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
