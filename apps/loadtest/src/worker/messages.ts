import type { LoadPlan } from '../engine/engine.ts';
import type { ThreadLoad } from '../record/generator-health.ts';

/** What a recorder in a worker has to be: a module exports it as `Recorder`. */
export interface RecorderSettings {
  /** An instant of performance.now(); each worker gets it in its own. */
  readonly from: number;
}

export interface WorkerData {
  readonly plan: SentPlan;
  /** URL of the module that exports `Recorder`. */
  readonly recorderModule: string;
}

/** A plan in what structured cloning can carry. */
export type SentPlan = Omit<LoadPlan, 'request'> & {
  readonly request: Omit<LoadPlan['request'], 'url' | 'body'> & {
    readonly url: string;
    readonly body: Uint8Array | null;
  };
};

export type ToWorker =
  | { readonly type: 'start'; readonly at: number; readonly settings: RecorderSettings }
  | { readonly type: 'stop' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly progress: Readonly<Record<string, number>> }
  | { readonly type: 'ended'; readonly state: unknown; readonly load: ThreadLoad };

export function toSent(plan: LoadPlan): SentPlan {
  return { ...plan, request: { ...plan.request, url: plan.request.url.href } };
}

export function fromSent({ request, ...plan }: SentPlan): LoadPlan {
  const url = new URL(request.url);
  const body = request.body === null ? null : Buffer.from(request.body);
  return { ...plan, request: { ...request, url, body } } as LoadPlan;
}
