import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type OptionProblem, problem } from '@spillway/options';
import { readComposeStop } from './compose-file.ts';
import { readKubernetesStop } from './kubernetes-manifest.ts';
import { defaultStopTimeouts, type StopTimeout, type StopTimeouts } from './stop-timeouts.ts';
import { readSystemdStop } from './systemd-unit.ts';

export interface StopFiles {
  readonly systemdUnit?: string | undefined;
  readonly compose?: string | undefined;
  readonly kubernetes?: string | undefined;
}

type Reader = (text: string, file: string) => StopTimeout;

/** Reads the files that are named, and this project's own unit when it lies in the working directory. */
export function readStopTimeouts(
  files: StopFiles,
  cwd: string,
): { readonly stops: StopTimeouts; readonly problems: readonly OptionProblem[] } {
  const problems: OptionProblem[] = [];
  const read = (flag: string, file: string | undefined, reader: Reader): StopTimeout | null => {
    if (file === undefined) return null;
    try {
      return reader(readFileSync(resolve(cwd, file), 'utf8'), file);
    } catch (error) {
      const message = `cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`;
      problems.push(problem('unreadable_file', `flag ${flag}`, message));
      return null;
    }
  };
  const unit = files.systemdUnit ?? globSync('deploy/systemd/*.service', { cwd }).sort()[0];
  const stops = {
    ...defaultStopTimeouts,
    systemd: read('--systemd-unit', unit, readSystemdStop) ?? defaultStopTimeouts.systemd,
    docker: read('--compose', files.compose, readComposeStop) ?? defaultStopTimeouts.docker,
    kubernetes:
      read('--kubernetes', files.kubernetes, readKubernetesStop) ?? defaultStopTimeouts.kubernetes,
  };
  return { stops, problems };
}
