import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import type { Observer } from '../engine/engine.ts';
import { runPlan } from '../engine/run-plan.ts';
import { fromShared } from '../engine/thread-clock.ts';
import { warmEngine } from '../engine/warm-engine.ts';
import { watchThread } from '../record/generator-health.ts';
import {
  type FromWorker,
  fromSent,
  type RecorderSettings,
  type ToWorker,
  type WorkerData,
} from './messages.ts';

interface WorkerRecorder extends Observer {
  progress(): object;
  state(): unknown;
}

interface RecorderModule {
  readonly Recorder: new (settings: RecorderSettings) => WorkerRecorder;
}

const port = parentPort!;
const { plan, recorderModule } = workerData as WorkerData;
const { Recorder } = (await import(recorderModule)) as RecorderModule;
const stop = new AbortController();
const send = (message: FromWorker) => port.postMessage(message);

async function run(at: number, settings: RecorderSettings): Promise<void> {
  const recorder = new Recorder({ ...settings, from: fromShared(settings.from) });
  await sleep(Math.max(0, fromShared(at) - performance.now()));
  const load = watchThread(plan.length.durationMs);
  const progress = () =>
    send({ type: 'progress', progress: recorder.progress() as Record<string, number> });
  const ticker = setInterval(progress, 1000);
  await runPlan(fromSent(plan), recorder, stop.signal);
  clearInterval(ticker);
  progress();
  send({ type: 'ended', state: recorder.state(), load: load() });
  port.close();
}

port.on('message', (message: ToWorker) => {
  if (message.type === 'stop') stop.abort();
  else void run(message.at, message.settings);
});
await warmEngine(fromSent(plan));
send({ type: 'ready' });
