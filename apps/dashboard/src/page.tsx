import type { Health } from '@spillway/contracts';
import { useEffect } from 'preact/hooks';
import { usePageHash } from './address/use-page-hash.ts';
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
import { ServiceChoice, Services } from './sections/services.tsx';
import { Tiles } from './sections/tiles.tsx';
import { Upstreams } from './sections/upstreams.tsx';
import { StoryDialog } from './story/story-dialog.tsx';
import { useStory } from './story/use-story.ts';
import { useHealth } from './watch/use-health.ts';
import { useWatch } from './watch/use-watch.ts';
import type { Watch } from './watch/watch.ts';

/** The whole page, from top to bottom. */
export function Page() {
  const { service, why } = usePageHash();
  const { all: watch, shown } = useWatch(service);
  const story = useStory(why);
  const { snapshot } = watch;
  const health = useHealth(watch);
  const told = health?.kind === 'answer' ? health.value : null;
  useTitle(watch, told?.findings.length ?? 0);
  return (
    <>
      <a class="skip" href="#main">
        To the findings
      </a>
      <Masthead watch={shown ?? watch} demo={told?.demo ?? false} />
      <StaleBar watch={watch} />
      <main id="main" tabIndex={-1} class={watch.failure === null ? '' : 'stale'}>
        {snapshot === null ? (
          <p class="card waiting">Waiting for the first numbers …</p>
        ) : (
          <>
            <ServiceChoice snapshot={snapshot} value={service} />
            {shown !== null && <Sections {...{ watch: shown, service, health }} />}
          </>
        )}
      </main>
      <StoryDialog story={story} />
    </>
  );
}

interface SectionsProps {
  /** Of all services, or of the one that is shown. */
  readonly watch: Watch;
  readonly service: string | null;
  readonly health: Answer<Health> | null;
}

function Sections({ watch, service, health }: SectionsProps) {
  const { snapshot } = watch;
  if (snapshot === null) return null;
  const told = health?.kind === 'answer' ? health.value : null;
  return (
    <>
      <Findings {...{ health, service }} healthy={snapshot.status === 'healthy'} />
      {snapshot.services !== undefined && <Services snapshot={snapshot} health={told} />}
      <Tiles watch={watch} snapshot={snapshot} />
      <Plots key={service ?? ''} watch={watch} />
      <div class="tables">
        <Admission snapshot={snapshot} />
        <Upstreams snapshot={snapshot} />
        <Failures {...{ watch, snapshot, service }} />
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
