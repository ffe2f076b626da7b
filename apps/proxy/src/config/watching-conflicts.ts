import { describeSource, type OptionProblem, problem, type ValueSource } from '@spillway/options';

interface GivenWatching {
  readonly adminHost?: ValueSource;
  readonly adminPort?: ValueSource;
  readonly adminToken?: ValueSource;
  readonly adminTokenFile?: ValueSource;
}

/** One token, from one place; and no address for a listener that there is not. */
export const watchingConflicts: readonly ((given: GivenWatching) => OptionProblem | null)[] = [
  ({ adminToken, adminTokenFile }) =>
    isValue(adminToken) && isValue(adminTokenFile)
      ? conflict(
          adminTokenFile,
          `--admin-token-file and --admin-token exclude each other; --admin-token is given by ${describeSource(adminToken)}`,
        )
      : null,
  ({ adminHost, adminPort }) =>
    adminHost && !adminPort
      ? conflict(
          adminHost,
          '--admin-host needs --admin-port; without it the endpoints answer on --host and --port',
        )
      : null,
];

/** A file may say of each that there is none. */
const isValue = (source: ValueSource | undefined): source is ValueSource =>
  source !== undefined && !/^"?(none|off|null)"?$/i.test(source.literal ?? '');

function conflict(source: ValueSource, message: string): OptionProblem {
  return problem('conflict', describeSource(source), message);
}
