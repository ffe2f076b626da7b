import { describeSource, type OptionProblem, problem, type ValueSource } from '@spillway/options';

interface GivenTargets {
  readonly targetHost?: ValueSource;
  readonly targetPort?: ValueSource;
  readonly targets?: ValueSource;
}

/** One upstream is named in one way: two ways that disagree would silently pick one. */
export const targetConflicts: readonly ((given: GivenTargets) => OptionProblem | null)[] = [
  ({ targetHost, targets }) =>
    targetHost && targets
      ? conflict(
          targets,
          `--target and --target-host exclude each other; --target-host is given by ${describeSource(targetHost)}`,
        )
      : null,
  ({ targetHost, targetPort }) =>
    targetPort && !targetHost
      ? conflict(
          targetPort,
          '--target-port needs --target-host; with --target the port is part of the URL',
        )
      : null,
];

function conflict(source: ValueSource, message: string): OptionProblem {
  return problem('conflict', describeSource(source), message);
}
