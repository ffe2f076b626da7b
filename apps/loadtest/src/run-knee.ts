import type { Knee, KneeStep } from '@spillway/contracts';
import type { ClosedPlan, Engine, LoadRequest, Observer } from './engine/engine.ts';
import { runPlan } from './engine/run-plan.ts';
import { findKnee } from './knee/find-knee.ts';
import { stepDefaults, stepRunner } from './knee/step-runner.ts';
import { type ThreadLoad, watchThread } from './record/generator-health.ts';
import { Recorder } from './record/recorder.ts';
import type { MeasuredLoad } from './run-load.ts';

export interface KneeRun {
  readonly request: LoadRequest;
  readonly maxConcurrency: number;
  readonly objectiveMs: number;
  readonly signal: AbortSignal;
  readonly onStep: (step: KneeStep) => void;
  readonly onLonger: (concurrency: number, lengthMs: number) => void;
}

export interface MeasuredKnee {
  /** Null when it was interrupted before the first step was over. */
  readonly knee: Knee | null;
  /** All requests of all steps, what they settled with included. */
  readonly measured: MeasuredLoad;
}

/** Searches the knee, and records beside it all that was sent. */
export async function runKnee(run: KneeRun): Promise<MeasuredKnee> {
  const { request, maxConcurrency, objectiveMs, signal, onStep, onLonger } = run;
  const settings = { durationMs: null, timeoutMs: request.timeoutMs, open: false };
  const recorder = new Recorder({ ...settings, from: performance.now() });
  const loads: ThreadLoad[] = [];
  const engine: Engine<ClosedPlan> = async (plan, observer, stepSignal) => {
    const load = watchThread(plan.length.durationMs);
    await runPlan(plan, both(observer, recorder), stepSignal);
    loads.push(load());
  };
  const startedAt = new Date();
  const runStep = stepRunner({ ...stepDefaults, engine, request, signal, onLonger });
  const options = { maxConcurrency, objective: objectiveMs / 1_000, target: request.url.origin };
  const knee = await findKnee(runStep, { ...options, onStep, signal }).catch((error) => {
    if (signal.aborted) return null;
    throw error;
  });
  const state = recorder.state();
  return { knee, measured: { state, durationMs: state.lastEndMs, startedAt, loads } };
}

function both(one: Observer, other: Observer): Observer {
  return {
    onSent: (at) => {
      one.onSent(at);
      other.onSent(at);
    },
    onEnded: (result) => {
      one.onEnded(result);
      other.onEnded(result);
    },
    onDropped: (at) => {
      one.onDropped(at);
      other.onDropped(at);
    },
  };
}
