import type { Run } from './run.ts';
import { simulateOptions } from './simulate-options.ts';

/** For machines: per run the options in force, as a file would hold them, and the whole result. */
export function runsAsJson(runs: readonly Run[]): object {
  return {
    runs: runs.map(({ label, config, result }) => ({
      label,
      options: Object.fromEntries(
        Object.entries(simulateOptions.options).map(([key, { flag, kind }]) => [
          flag.slice(2).replaceAll('-', '_'),
          kind.toJson(config[key as keyof typeof config] as never),
        ]),
      ),
      result,
    })),
  };
}
