import type { MetricsSnapshot } from '@spillway/contracts';
import type { BucketHistogram } from '../../observe/bucket-histogram.ts';
import type { Service } from '../../service/service.ts';

/**
 * What families read: of one service and of the process. The snapshot is of one moment, so that they agree with each
 * other.
 */
export interface MetricsSource {
  readonly snapshot: MetricsSnapshot;
  readonly service: Service;
}

/** Values of the labels, in their order. */
type Labelled<Value> = readonly [labels: readonly string[], value: Value];
type Read<Result> = (source: MetricsSource) => Result;

interface Described {
  /** In base units, which end it: `_seconds`, `_bytes`, `_ratio`; counters end in `_total`. */
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly labels: readonly string[];
}

/** A metric with all its label values: everything that both formats, the docs and tests know of it. */
export type Family =
  | (Described & {
      readonly type: 'counter' | 'gauge' | 'info';
      readonly read: Read<readonly Labelled<number>[]>;
    })
  | (Described & {
      readonly type: 'histogram';
      readonly read: Read<readonly Labelled<BucketHistogram>[]>;
    });

export function counter(name: string, help: string, read: Read<number>): Family {
  return { type: 'counter', name, help, labels: [], read: (source) => [[[], read(source)]] };
}

export function gauge(name: string, help: string, read: Read<number>): Family {
  return { type: 'gauge', name, help, labels: [], read: (source) => [[[], read(source)]] };
}

export function counters(
  name: string,
  labels: readonly string[],
  help: string,
  read: Read<readonly Labelled<number>[]>,
): Family {
  return { type: 'counter', name, help, labels, read };
}

export function gauges(
  name: string,
  labels: readonly string[],
  help: string,
  read: Read<readonly Labelled<number>[]>,
): Family {
  return { type: 'gauge', name, help, labels, read };
}

/** One of `states` is 1 and the others 0, so that alerts and tables need no numbers for words. */
export function stateOf(states: readonly string[], current: string): readonly Labelled<number>[] {
  return states.map((state) => [[state], Number(state === current)]);
}

export function histogram(name: string, help: string, read: Read<BucketHistogram>): Family {
  return { type: 'histogram', name, help, labels: [], read: (source) => [[[], read(source)]] };
}

export function histograms(
  name: string,
  labels: readonly string[],
  help: string,
  read: Read<readonly Labelled<BucketHistogram>[]>,
): Family {
  return { type: 'histogram', name, help, labels, read };
}

/** Always 1; what it tells is in its labels. */
export function info(
  name: string,
  labels: readonly string[],
  help: string,
  read: Read<readonly string[]>,
): Family {
  return { type: 'info', name, help, labels, read: (source) => [[read(source), 1]] };
}
