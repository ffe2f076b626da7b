import { runClosed } from './closed/autocannon-engine.ts';
import type { Engine, LoadPlan } from './engine.ts';
import { runOpen } from './open/open-engine.ts';

/** Runs a plan with the engine of its model. */
export const runPlan: Engine<LoadPlan> = (plan, observer, signal) =>
  plan.model === 'closed' ? runClosed(plan, observer, signal) : runOpen(plan, observer, signal);
