import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeSource, type OptionProblem, problem } from '@spillway/options';
import type { Reading } from '../poll/reading.ts';
import { recordingLine } from '../poll/recording.ts';
import type { ResolvedMonitorOptions } from './monitor-options.ts';

export type Recorder = (reading: Reading) => void;

/** Appends line by line, so that a kill loses nothing; a file that can't be written is a problem. */
export function openRecorder(
  { config, sources }: ResolvedMonitorOptions,
  cwd: string,
): Recorder | OptionProblem {
  if (config.record === null) return () => {};
  const file = resolve(cwd, config.record);
  try {
    appendFileSync(file, '');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const message = `cannot write ${config.record}: ${code}`;
    return problem('unreadable_file', describeSource(sources.record), message);
  }
  return (reading) => appendFileSync(file, `${recordingLine(reading)}\n`);
}
