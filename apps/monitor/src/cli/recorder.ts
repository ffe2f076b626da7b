import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describeSource, type OptionProblem, problem } from '@spillway/options';
import type { Reading } from '../poll/reading.ts';
import { recordingLine } from '../poll/recording.ts';
import type { ResolvedMonitorOptions } from './monitor-options.ts';

/** Gives why the file can no longer be written; null as long as it can. */
export type Recorder = (reading: Reading) => string | null;

/** Appends line by line, so that a kill loses nothing; a file that can't be written is a problem. */
export function openRecorder(
  { config, sources }: ResolvedMonitorOptions,
  cwd: string,
): Recorder | OptionProblem {
  const { record } = config;
  if (record === null) return () => null;
  const file = resolve(cwd, record);
  const append = (text: string): string | null => {
    try {
      appendFileSync(file, text);
      return null;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      return `cannot write ${record}: ${code}${code === 'ENOSPC' ? ', the disk is full' : ''}`;
    }
  };
  const message = append('');
  if (message !== null) {
    return problem('unreadable_file', describeSource(sources.record), message);
  }
  return (reading) => append(`${recordingLine(reading)}\n`);
}
