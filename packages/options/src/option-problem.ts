import { nearestName } from './nearest-name.ts';

export type ProblemCode =
  | 'unknown_flag'
  | 'unknown_variable'
  | 'unknown_key'
  | 'unknown_preset'
  | 'unexpected_argument'
  | 'missing_value'
  | 'invalid_value'
  | 'duplicate_key'
  | 'unreadable_file'
  | 'unparsable_file'
  | 'conflict';

/** One thing that is wrong with what was given; match on `code`. */
export interface OptionProblem {
  readonly code: ProblemCode;
  /** `flag --x`, `environment SPILLWAY_X`, `file proxy_config.json:12`. */
  readonly source: string;
  readonly message: string;
  /** The nearest valid name, when one is near. */
  readonly nearest: string | null;
}

export function problem(code: ProblemCode, source: string, message: string): OptionProblem {
  return { code, source, message, nearest: null };
}

/** Whether this stands where something was to be read, and says why it could not be. */
export function isProblem(read: unknown): read is OptionProblem {
  return typeof read === 'object' && read !== null && 'code' in read;
}

export function unknownName(
  code: ProblemCode,
  source: string,
  message: string,
  name: string,
  known: readonly string[],
): OptionProblem {
  return { code, source, message, nearest: nearestName(name, known) };
}

/** One line, e.g. `flag --max-retry: there is no such flag; did you mean --max-retries?` */
export function formatProblem({ source, message, nearest }: OptionProblem): string {
  const hint = nearest === null ? '' : `; did you mean ${nearest}?`;
  return `${source}: ${message}${hint}`;
}
