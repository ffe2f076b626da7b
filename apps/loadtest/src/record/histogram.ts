import {
  build,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
  type Histogram,
  type JsHistogram,
} from 'hdr-histogram-js';

/** Durations in whole microseconds, to 3 significant digits: 0.1 % at worst. */
export function newHistogram(): Histogram {
  return build({ bitBucketSize: 32, autoResize: true, numberOfSignificantValueDigits: 3 });
}

/** For one second of the series: 1 % at worst, and a fifth of the size. */
export function newCoarseHistogram(): Histogram {
  return build({ bitBucketSize: 32, autoResize: true, numberOfSignificantValueDigits: 2 });
}

export function encodeHistogram(histogram: Histogram): string {
  return encodeIntoCompressedBase64(histogram as JsHistogram);
}

/** HdrHistogram V2, compressed, base64: what reports and workers hand on. Throws when it is none. */
export function decodeHistogram(encoded: string): Histogram {
  return decodeFromCompressedBase64(encoded);
}

/** The histogram takes whole values from 0 on; clocks may step back by a hair. */
export function recordMs(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.max(0, Math.round(ms * 1_000)));
}

/** The distinct values in ascending order, as far as the histogram tells them apart. */
export function* recordedValues(
  histogram: Histogram,
): Generator<{ readonly value: number; readonly count: number }> {
  const iterator = (histogram as JsHistogram).recordedValuesIterator;
  iterator.reset();
  while (iterator.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep } = iterator.next();
    yield { value: valueIteratedTo, count: countAddedInThisIterationStep };
  }
}
