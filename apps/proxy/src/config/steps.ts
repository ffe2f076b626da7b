/**
 * Work in small pieces, with a `yield` after each: a proxy that serves reads a configuration of a thousand routes
 * without standing still.
 */
export type Steps<Result> = Generator<undefined, Result, undefined>;

/** For whoever has nothing else to do meanwhile. */
export function allAtOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Lets the event loop turn whenever it has gone on for `sliceMs`. */
export async function inSlices<Result>(steps: Steps<Result>, sliceMs: number): Promise<Result> {
  for (;;) {
    const until = performance.now() + sliceMs;
    do {
      const { done, value } = steps.next();
      if (done) return value;
    } while (performance.now() < until);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
