import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  adminTokenOf,
  describeSource,
  isProblem,
  type OptionProblem,
  problem,
} from '@spillway/options';
import { LiveSource } from '../poll/live-source.ts';
import { readRecording } from '../poll/recording.ts';
import { ReplaySource } from '../poll/replay-source.ts';
import type { Source } from '../poll/source.ts';
import type { ResolvedMonitorOptions } from './monitor-options.ts';

/** Where readings come from, as the options say; or why that cannot be read. */
export function prepareSource(
  resolved: ResolvedMonitorOptions,
  { cwd, onScreen }: { cwd: string; onScreen: boolean },
): Source | OptionProblem {
  const { config } = resolved;
  if (config.replay !== null) return replaySource(resolved, config.replay, cwd, onScreen);
  const bearer = adminTokenOf(resolved, cwd);
  if (isProblem(bearer)) return bearer;
  const { intervalMs, timeoutMs } = config;
  const urls = [...new Set(config.url)];
  return new LiveSource(
    urls.map((url) => ({ url, timeoutMs, token: bearer })),
    intervalMs,
  );
}

function replaySource(
  { config, sources }: ResolvedMonitorOptions,
  file: string,
  cwd: string,
  onScreen: boolean,
): Source | OptionProblem {
  const text = readText(file, describeSource(sources.replay), cwd);
  if (isProblem(text)) return text;
  const recording = readRecording(text);
  if (!recording.ok) {
    const message = `cannot replay ${file}: ${recording.message}`;
    return problem('unparsable_file', describeSource(sources.replay), message);
  }
  return new ReplaySource(recording.readings, config.speed ?? (onScreen ? 1 : null));
}

function readText(file: string, where: string, cwd: string): string | OptionProblem {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return problem('unreadable_file', where, `cannot read ${file}: ${code}`);
  }
}
