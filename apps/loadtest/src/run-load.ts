import type { LoadPlan } from './engine/engine.ts';
import { runPlan } from './engine/run-plan.ts';
import { siblingModule } from './engine/sibling-module.ts';
import { type ThreadLoad, watchThread } from './record/generator-health.ts';
import { measuredMs } from './record/measured-time.ts';
import {
  type Progress,
  Recorder,
  type RecorderSettings,
  type RecorderState,
} from './record/recorder.ts';
import { runInWorkers } from './worker/run-in-workers.ts';

export interface LoadRun {
  /** With the warm-up in front. */
  readonly plan: LoadPlan;
  readonly warmUpMs: number;
  /** Threads of their own; 1 is this one. */
  readonly workers: number;
  /** Ends the run early; what is under way is then unfinished. */
  readonly signal: AbortSignal;
  /** About four times a second, and once a second with workers. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface MeasuredLoad {
  readonly state: RecorderState;
  /** What rates divide by. */
  readonly durationMs: number;
  readonly startedAt: Date;
  /** Of each thread that sent. */
  readonly loads: readonly ThreadLoad[];
}

/** Sends what the plan says and gives what came of it. */
export async function runLoad(run: LoadRun): Promise<MeasuredLoad> {
  const stop = new AbortController();
  const signal = AbortSignal.any([run.signal, stop.signal]);
  const patience = new Patience(() => stop.abort());
  const onProgress = (progress: Progress): void => {
    patience.see(progress);
    run.onProgress?.(progress);
  };
  let stoppedAt: number | null = null;
  signal.addEventListener('abort', () => {
    stoppedAt = performance.now();
  });
  const startedAt = new Date();
  const { state, loads, from } =
    run.workers === 1
      ? await runHere(run, signal, onProgress)
      : await runThreads(run, signal, onProgress);
  const stoppedMs = stoppedAt === null ? null : stoppedAt - from;
  const durationMs = measuredMs({ ...run, state, stoppedMs });
  return { state, durationMs, startedAt, loads };
}

interface Measured extends Pick<MeasuredLoad, 'state' | 'loads'> {
  /** When counting started. */
  readonly from: number;
}
type OnProgress = (progress: Progress) => void;

async function runHere(
  { plan, warmUpMs }: LoadRun,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Measured> {
  const settings = settingsAt(plan, warmUpMs, performance.now());
  const recorder = new Recorder(settings);
  const ticker = setInterval(() => onProgress(recorder.progress()), 250);
  const load = watchThread(plan.length.durationMs);
  try {
    await runPlan(plan, recorder, signal);
  } finally {
    clearInterval(ticker);
  }
  return { state: recorder.state(), loads: [load()], from: settings.from };
}

async function runThreads(
  { plan, warmUpMs, workers }: LoadRun,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Measured> {
  let from = 0;
  const results = await runInWorkers<RecorderState, Progress>({
    plan,
    workers,
    recorderModule: siblingModule(import.meta.url, 'record/recorder').href,
    settingsAt: (startAt) => {
      const settings = settingsAt(plan, warmUpMs, startAt);
      from = settings.from;
      return settings;
    },
    signal,
    onProgress,
  });
  return {
    state: Recorder.merge(results.map(({ state }) => state)),
    loads: results.map(({ load }) => load),
    from,
  };
}

function settingsAt(plan: LoadPlan, warmUpMs: number, startAt: number): RecorderSettings {
  const { durationMs } = plan.length;
  return {
    from: startAt + warmUpMs,
    durationMs: durationMs === null ? null : durationMs - warmUpMs,
    timeoutMs: plan.request.timeoutMs,
    open: plan.model === 'open',
  };
}

/** For how long not a single connection need come about until the run is given up. */
const patienceMs = 2_000;

/** Nothing is learned from a minute in which nothing is sent. */
class Patience {
  readonly #giveUp: () => void;
  readonly #startedAt = performance.now();

  constructor(giveUp: () => void) {
    this.#giveUp = giveUp;
  }

  see({ ended, refused, local }: Progress): void {
    if (performance.now() - this.#startedAt < patienceMs) return;
    if (ended > 0 && refused + local === ended) this.#giveUp();
  }
}
