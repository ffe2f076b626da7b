import type { FindingSeverity } from '@spillway/contracts';
import { isProblem } from '@spillway/options';
import type { Reading } from '../poll/reading.ts';
import { adviceText } from '../screen/blocks/alerts-block.ts';
import { span } from '../screen/text/span.ts';
import { Watch } from '../watch/watch.ts';
import { chooseOutput, outputKind } from './choose-output.ts';
import { Ending } from './ending.ts';
import { exitCodes } from './exit-codes.ts';
import type { ResolvedMonitorOptions } from './monitor-options.ts';
import { prepareSource } from './prepare-source.ts';
import { openRecorder } from './recorder.ts';
import { reportProblems } from './report-problems.ts';
import type { MonitorSurroundings } from './surroundings.ts';

/** Watches with options that hold; gives the exit code. */
export async function runCommand(
  resolved: ResolvedMonitorOptions,
  surroundings: MonitorSurroundings,
): Promise<number> {
  const { config } = resolved;
  const onScreen = outputKind(config, surroundings) === 'screen';
  const source = prepareSource(resolved, { cwd: surroundings.cwd, onScreen });
  const record = openRecorder(resolved, surroundings.cwd);
  if (isProblem(source) || isProblem(record)) {
    return reportProblems([source, record].filter(isProblem), surroundings);
  }
  const floor = failFloor(resolved);
  const watch = new Watch(source.urls, config.service);
  const ending = new Ending();
  const release = ending.onSignals();
  const duration = config.durationMs;
  const timer = duration === null ? null : setTimeout(() => ending.end(null), duration);
  const quit = (): void => ending.end(exitCodes.fine);
  // A reader that has seen enough, such as head: no fault of anybody.
  process.stdout.on('error', quit);
  const output = chooseOutput(resolved, { source, watch, quit }, surroundings);
  let unwritable: string | null = null;
  let missing: readonly string[] | null = null;
  /** A reload may take a service away later: then nothing is shown of it. */
  let isShown = false;
  const take = (reading: Reading): void => {
    if (ending.signal.aborted) return;
    unwritable = record(reading);
    if (unwritable !== null) {
      ending.end(exitCodes.usage);
      return;
    }
    const proxy = watch.take(reading);
    missing = watch.isComplete && !isShown ? watch.othersThanAsked : null;
    if (missing !== null) {
      ending.end(exitCodes.usage);
      return;
    }
    isShown ||= watch.isComplete;
    output.show(reading, proxy, watch);
    const isSeen = !config.once && floor !== null && watch.alert(floor) !== null;
    const isEnough = config.once && duration === null && config.replay === null && watch.isComplete;
    if (isSeen || isEnough) ending.end(null);
  };
  try {
    await source.run(take, ending.signal);
    // A replayed screen stays until somebody has looked.
    if (onScreen && !ending.signal.aborted) await aborted(ending.signal);
  } finally {
    if (timer) clearTimeout(timer);
    output.close(watch);
    release();
  }
  if (missing !== null) surroundings.err(missingText(config.service, missing));
  if (unwritable !== null) surroundings.err(`monitor: ${unwritable}; the recording ends`);
  return ending.code ?? verdict(watch, floor, surroundings);
}

/** Whoever asks once wants a verdict; whoever watches asks for one by --fail-on. */
function failFloor({ config, sources }: ResolvedMonitorOptions): FindingSeverity | null {
  return config.once && sources.failOn.from === 'default' ? 'warning' : config.failOn;
}

function verdict(
  watch: Watch,
  floor: FindingSeverity | null,
  { err }: MonitorSurroundings,
): number {
  const alert = floor === null ? null : watch.alert(floor);
  if (alert !== null) {
    const { symptom, severity, service } = alert.finding;
    const where = service === undefined ? alert.url : `${alert.url}, service ${service}`;
    const advice = adviceText(alert.finding);
    err(span(`monitor: ${severity} at ${where}: ${symptom}. ${advice}`).text);
    return exitCodes.alert;
  }
  return watch.isReachable ? exitCodes.fine : exitCodes.unreachable;
}

function missingText(service: string | null, names: readonly string[]): string {
  const there =
    names.length === 0 ? 'the proxy has only one, without a name' : `there are ${names.join(', ')}`;
  return span(`monitor: no service is named ${service} (--service): ${there}`).text;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
