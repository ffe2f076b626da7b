import {
  describeSource,
  type GivenSources,
  type OptionProblem,
  problem,
  type ValueSource,
} from '@spillway/options';

type Conflict = (given: GivenSources) => OptionProblem | null;

/** Pairs of which only one can be meant. A file or a variable may hold a URL for all commands. */
export const monitorConflicts: readonly Conflict[] = [
  excludes('replay', 'record', 'what is replayed was recorded already'),
  excludes('replay', 'url', 'a recording holds its own addresses', isTyped),
  excludes('adminToken', 'adminTokenFile', 'name the token once', isTyped),
  ({ speed, replay }) =>
    speed && isTyped(speed) && !replay
      ? problem('conflict', describeSource(speed), 'only --replay has a speed')
      : null,
];

function excludes(
  first: string,
  second: string,
  reason: string,
  counts: (source: ValueSource) => boolean = () => true,
): Conflict {
  return (given) => {
    const [one, other] = [given[first], given[second]];
    if (!one || !other || !counts(other)) return null;
    return problem('conflict', describeSource(other), `not with ${describeSource(one)}: ${reason}`);
  };
}

function isTyped({ from }: ValueSource): boolean {
  return from === 'flag';
}
