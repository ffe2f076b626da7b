import { setTimeout as sleep } from 'node:timers/promises';
import { writeCaption } from './caption-file.ts';
import { backendScript, type Phase } from './phases.ts';

export interface Stage {
  readonly backendUrl: string;
  readonly captionFile: string;
  /** Shown below the caption, such as where the dashboard is. */
  readonly notice: string;
  /** Twice as fast is 2. */
  readonly speed: number;
  readonly signal: AbortSignal;
}

/** One phase after the other, with a caption that says which is on and for how long. */
export async function playPhases(all: readonly Phase[], stage: Stage): Promise<void> {
  for (const [index, phase] of all.entries()) {
    await behave(stage, phase);
    const endsAt = performance.now() + (phase.seconds * 1_000) / stage.speed;
    for (;;) {
      const left = endsAt - performance.now();
      if (left <= 0) break;
      const place = `phase ${index + 1} of ${all.length}, ${Math.ceil(left / 1_000)} s left`;
      writeCaption(stage.captionFile, [phase.caption, `${place}   ${stage.notice}`]);
      await sleep(Math.min(1_000, left), undefined, { signal: stage.signal });
    }
  }
}

async function behave({ backendUrl, signal }: Stage, { fault }: Phase): Promise<void> {
  const response = await fetch(`${backendUrl}/backend-control`, {
    method: 'PUT',
    body: JSON.stringify({ ...backendScript, fault }),
    signal,
  });
  if (!response.ok) throw new Error(`the backend answered ${response.status} to a new script`);
  await response.body?.cancel();
}
