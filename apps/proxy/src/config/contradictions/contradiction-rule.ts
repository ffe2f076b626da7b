import {
  type ConfigOf,
  describeSource,
  type OptionProblem,
  problem,
  type ValueSource,
} from '@spillway/options';
import type { admissionOptions } from '../options/admission.ts';
import type { circuitBreakerOptions } from '../options/circuit-breaker.ts';
import type { classesOptions } from '../options/classes.ts';
import type { listenOptions } from '../options/listen.ts';
import type { listenTlsOptions } from '../options/listen-tls.ts';

type Options = typeof admissionOptions &
  typeof circuitBreakerOptions &
  typeof classesOptions &
  typeof listenOptions &
  typeof listenTlsOptions;

/** The values in force and where each comes from; gives what cannot be meant. */
export type ContradictionRule = (
  config: ConfigOf<Options>,
  sources: Readonly<Record<keyof Options, ValueSource>>,
) => readonly OptionProblem[];

export function contradiction(source: ValueSource, message: string): OptionProblem {
  return problem('conflict', describeSource(source), message);
}
